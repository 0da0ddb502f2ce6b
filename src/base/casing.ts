/** `displayName` to `display_name`, `APIKey` to `api_key`. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** `displayName` to `DISPLAY_NAME`. */
export function toUpperSnakeCase(name: string): string {
  return toSnakeCase(name).toUpperCase();
}

/** `blogPosts` to `blog-posts`. */
export function toKebabCase(name: string): string {
  return toSnakeCase(name).replaceAll("_", "-");
}

/** `User` to `user`. */
export function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** `publish` to `Publish`. */
export function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** `BlogPost` to `Blog post`. */
export function toWords(name: string): string {
  return upperFirst(toSnakeCase(name).replaceAll("_", " "));
}
