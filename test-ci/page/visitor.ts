import type { Browser, Page } from "../wire/chromium.ts";
import { isRecord, type Told } from "../wire/dev-tools.ts";

/** Somebody at a page: what they do there, what they see, and what went on behind it. */
export class Visitor {
  readonly page: Page;
  /** Errors and warnings in the page's console, exceptions and what a policy stopped included. */
  readonly complaints: string[] = [];
  /** Addresses of all requests and WebSockets. */
  readonly requests: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.listen((method, params) => this.#hear(method, params));
  }

  static async at(browser: Browser, url: string): Promise<Visitor> {
    const visitor = new Visitor(await browser.newPage());
    for (const domain of ["Runtime", "Log", "Network"]) await visitor.page.call(`${domain}.enable`);
    await visitor.page.open(url);
    return visitor;
  }

  /** Waits until an expression is true in the page (a minute at most: a lost connection may be tried again late), and gives back its value. */
  holds(expression: string): Promise<unknown> {
    return this.page.evaluate(`new Promise((resolve, reject) => {
      let tries = 0;
      const look = () => {
        const value = ${expression};
        if (value) resolve(value);
        else if (++tries > 2400) reject(new Error(${JSON.stringify(expression)} + " is not so: " + document.body.innerText.slice(0, 3000)));
        else setTimeout(look, 25);
      };
      look();
    })`);
  }

  /** Waits for a text in what a selector finds. */
  sees(text: string, selector = "body"): Promise<unknown> {
    return this.holds(
      `document.querySelector(${JSON.stringify(selector)})?.innerText.includes(${JSON.stringify(text)})`,
    );
  }

  /** The text of each element that a selector finds. */
  async texts(selector: string): Promise<readonly string[]> {
    const found = await this.page.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map(({ innerText }) => innerText)`,
    );
    return Array.isArray(found) ? found.map(String) : [];
  }

  async click(selector: string): Promise<void> {
    await this.holds(`document.querySelector(${JSON.stringify(selector)})`);
    await this.page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  /** Puts a text in the place of a control's. */
  async fill(selector: string, text: string): Promise<void> {
    await this.page.evaluate(`{
      const control = document.querySelector(${JSON.stringify(selector)});
      control.focus();
      control.value = ${JSON.stringify(text)};
    }`);
  }

  /** Writes at the focus, as a keyboard would. */
  async write(text: string): Promise<void> {
    await this.page.call("Input.insertText", { text });
  }

  async press(key: "Tab" | "Enter" | "Escape", shift = false): Promise<void> {
    const code = { Tab: 9, Enter: 13, Escape: 27 }[key];
    const event = { key, code: key, windowsVirtualKeyCode: code, modifiers: shift ? 8 : 0 };
    const text = key === "Enter" ? { text: "\r" } : {};
    await this.page.call("Input.dispatchKeyEvent", { type: "keyDown", ...event, ...text });
    await this.page.call("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  async size(width: number, height: number, scale = 1): Promise<void> {
    await this.page.call("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: scale,
      mobile: width < 700,
    });
  }

  async media(features: Readonly<Record<string, string>>): Promise<void> {
    await this.page.call("Emulation.setEmulatedMedia", {
      features: Object.entries(features).map(([name, value]) => ({ name, value })),
    });
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.page.call("Page.captureScreenshot", { format: "png" });
    return Buffer.from(String(data), "base64");
  }

  #hear(method: string, params: Told): void {
    const { request, url, type, args, entry, exceptionDetails } = params;
    if (method === "Network.requestWillBeSent" && isRecord(request))
      this.requests.push(String(request["url"]));
    if (method === "Network.webSocketCreated") this.requests.push(String(url));
    if (method === "Runtime.consoleAPICalled" && (type === "error" || type === "warning"))
      this.complaints.push(JSON.stringify(args));
    if (method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(exceptionDetails));
    if (
      method === "Log.entryAdded" &&
      isRecord(entry) &&
      entry["level"] !== "info" &&
      entry["level"] !== "verbose"
    )
      this.complaints.push(`${entry["text"]} ${entry["url"] ?? ""}`);
  }
}
