/** A page and the `Content-Security-Policy` that it needs: it loads nothing, and runs only its own script. */
export interface Page {
  readonly html: string;
  readonly csp: string;
}
