import { client } from "./blog.ts";
import { find, setText } from "./dom.ts";

const words = { connecting: "Connecting", open: "Live", away: "Reconnecting", closed: "Disconnected" };

/** Shows whether what stands on the page is kept up to date. */
export function startConnection(): void {
  const place = find(document, "#connection", HTMLElement);
  const text = find(place, "[data-text]", HTMLElement);
  const show = (): void => {
    place.dataset["state"] = client.state === "open" ? "live" : client.state;
    setText(text, words[client.state]);
  };
  client.listen(show);
  show();
}
