/** As `engines` of package.json has it. */
const oldest: readonly [number, number] = [22, 18];

/** What to tell people whose Node is older than fourfold needs; null where it is not. */
export function oldNodeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return null;
  return (
    `fourfold needs Node ${oldest.join(".")} or newer, and this is ${version}: ` +
    '"npm install --save-dev node" brings a newer one, which npx and npm scripts use'
  );
}
