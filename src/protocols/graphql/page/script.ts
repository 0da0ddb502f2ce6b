/** Puts GraphiQL on the page. Subscriptions come as events (GraphQL over SSE). */
export const script = `"use strict";
const address = document.body.dataset.address;

async function fetcher(parameters, { headers = {} } = {}) {
  const isStream = /(^|[\\s}])subscription\\b/.test(parameters.query);
  const response = await fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: isStream ? "text/event-stream" : "application/graphql-response+json, application/json",
      ...headers,
    },
    body: JSON.stringify(parameters),
  });
  const isEvents = (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
  return isEvents ? events(response.body) : response.json();
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      for (let end = text.indexOf("\\n\\n"); end >= 0; end = text.indexOf("\\n\\n")) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        if (event.startsWith("event: complete")) return;
        const data = /^data: (.*)$/m.exec(event);
        if (event.startsWith("event: next") && data !== null) yield JSON.parse(data[1]);
      }
    }
  } finally {
    await reader.cancel();
  }
}

const root = document.getElementById("graphiql");
ReactDOM.createRoot(root).render(React.createElement(GraphiQL, { fetcher, defaultEditorToolsVisibility: true }));
`;
