/** What stands at one path: found by `Router.find`, which puts the parameters' values beside it. */
export class PathNode<T> {
  readonly #children = new Map<string, PathNode<T>>();
  /** Custom verbs on a parameter: `{id}:publish` (AIP-136). */
  readonly #verbs = new Map<string, PathNode<T>>();
  #parameter: PathNode<T> | null = null;
  value: T | null = null;

  /** The node of a template's segment, made where it is not there. */
  grow(segment: string): PathNode<T> {
    if (!segment.startsWith("{")) return growIn(this.#children, segment);
    this.#parameter ??= new PathNode<T>();
    const verb = segment.slice(segment.indexOf("}") + 1);
    return verb === "" ? this.#parameter : growIn(this.#parameter.#verbs, verb.slice(1));
  }

  /** The node of a path's segment. Fixed names go before parameters; a parameter's value is added to `values`. */
  step(segment: string, values: string[]): PathNode<T> | null {
    // Below `/users` there is nothing fixed, as a rule: hashing an id to find that out took as long as all the rest.
    const child = this.#children.size === 0 ? undefined : this.#children.get(segment);
    if (child !== undefined) return child;
    const parameter = this.#parameter;
    if (parameter === null || segment === "") return null;
    return parameter.#verbs.size === 0
      ? parameter.#take(segment, values)
      : parameter.#takeVerb(segment, values);
  }

  #take(value: string, values: string[]): PathNode<T> {
    values.push(value);
    return this;
  }

  #takeVerb(segment: string, values: string[]): PathNode<T> {
    const colon = segment.lastIndexOf(":");
    const verb = colon <= 0 ? undefined : this.#verbs.get(segment.slice(colon + 1));
    return verb === undefined ? this.#take(segment, values) : verb.#take(segment.slice(0, colon), values);
  }
}

/** Finds what stands at a path: a tree of segments. */
export class Router<T> {
  readonly #root = new PathNode<T>();

  /** The place of a template such as `/users/{id}:publish`; `make` fills a place that is empty. */
  place(template: string, make: () => T): T {
    let node = this.#root;
    for (const segment of template.split("/").slice(1)) node = node.grow(segment);
    node.value ??= make();
    return node.value;
  }

  /** What stands at a path, still percent-encoded; its parameters' values are added to `values`. */
  find(path: string, values: string[]): T | null {
    let node: PathNode<T> | null = this.#root;
    let start = 1;
    while (node !== null) {
      const slash = path.indexOf("/", start);
      if (slash === -1) return node.step(path.slice(start), values)?.value ?? null;
      node = node.step(path.slice(start, slash), values);
      start = slash + 1;
    }
    return null;
  }
}

function growIn<T>(nodes: Map<string, PathNode<T>>, name: string): PathNode<T> {
  const known = nodes.get(name);
  if (known !== undefined) return known;
  const made = new PathNode<T>();
  nodes.set(name, made);
  return made;
}
