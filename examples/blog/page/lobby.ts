import { client, lobby } from "./blog.ts";
import { copyOf, field, find, setText, showNow } from "./dom.ts";
import { messageOf } from "./error-text.ts";
import { tell } from "./notice.ts";

/** How many messages are kept on the page. */
const most = 200;
const log = find(document, ".messages", HTMLElement);
const list = find(log, "ol", HTMLElement);

/** The lobby: what one writes is read by everybody who is there. */
export function startLobby(): void {
  const channel = client.channel(lobby);
  let wasOpen = false;
  channel.listen((event) => {
    if (event.type === "message") addMessage(event.message);
    else if (event.type === "state") {
      const isOpen = event.state === "open";
      if (isOpen)
        addEvent(wasOpen ? "You are back. What was said meanwhile is not kept." : "You are in the lobby.");
      else if (event.state === "away" && wasOpen) addEvent("The connection is lost.");
      wasOpen ||= isOpen;
    }
  });
  const form = find(document, "#say", HTMLFormElement);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = find(form, "#say-text", HTMLInputElement);
    if (text.value.trim() === "") return;
    const name = find(form, "#say-name", HTMLInputElement).value.trim();
    try {
      channel.send(name === "" ? text.value : `${name}: ${text.value}`);
      text.value = "";
    } catch (thrown) {
      tell(messageOf(thrown));
    }
    text.focus();
  });
}

/** The lobby puts `Message: ` before what was said; a name before a colon is of those who stated theirs. */
function addMessage(message: string): void {
  const said = message.replace(/^Message: /, "");
  const [, name = "", text = said] = /^([^:\n]{1,40}): ([\s\S]+)$/.exec(said) ?? [];
  const entry = copyOf("message-entry");
  setText(field(entry, "from"), name);
  setText(field(entry, "text"), text);
  add(entry);
}

function addEvent(text: string): void {
  const entry = copyOf("message-entry");
  entry.classList.add("event");
  setText(field(entry, "text"), text);
  add(entry);
}

/** The newest stands last, and is scrolled to where the reader had not gone back. */
function add(entry: HTMLElement): void {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  showNow(field(entry, "at"));
  list.append(entry);
  if (list.children.length > most) list.firstElementChild?.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}
