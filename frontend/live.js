// One live stream for all tabs of a browser: HTTP/1.1 allows six connections to a host, and
// a stream in each tab would use them up. The tab that holds the lock reads and tells the rest.
//
// A message {"kind": "tickets", …} becomes the event `live:tickets` on <body>, so that
// hx-trigger="live:tickets from:body throttle:1s" loads an element anew. After a broken
// connection `live:resync` says that messages may have been missed.
const NAME = "sunline-live";
const pending = new Map();

function announce(message) {
  // A tab that opened later hears no "state", but any message tells that the stream is up.
  document.documentElement.dataset.liveState = message.live === false ? "off" : "on";
  if (message.kind === "state") return;
  // Under heavy traffic an element is loaded once a second, and never misses the last change.
  // `versions` tells which rows changed, and the newest version of each.
  const waiting = pending.get(message.kind) ?? new Map();
  waiting.set(message.id, Math.max(message.version ?? 0, waiting.get(message.id) ?? 0));
  if (pending.has(message.kind)) return;
  pending.set(message.kind, waiting);
  setTimeout(() => {
    pending.delete(message.kind);
    const detail = { versions: waiting };
    // A list in which somebody is choosing stays as it is until they are done.
    if (message.kind === "tickets" && document.querySelector("[data-pick]:checked")) return;
    document.body.dispatchEvent(new CustomEvent(`live:${message.kind}`, { detail }));
  }, 800);
}

function read(url, tell) {
  const source = new EventSource(url);
  let broken = false;
  source.onopen = () => {
    tell({ kind: "state", live: true });
    if (broken) tell({ kind: "resync" });
    broken = false;
  };
  source.onerror = () => {
    broken = true;
    tell({ kind: "state", live: false });
    // A stream refused outright (signed out, server restarting) is not retried by the browser.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => read(url, tell), 5000);
  };
  source.onmessage = (event) => tell(JSON.parse(event.data));
}

export function connect(url) {
  const others = new BroadcastChannel(NAME);
  others.onmessage = (event) => announce(event.data);
  const tell = (message) => {
    announce(message);
    others.postMessage(message);
  };
  // Locks exist only in secure contexts; without them every tab reads for itself.
  if (!navigator.locks) return read(url, announce);
  navigator.locks.request(NAME, () => {
    read(url, tell);
    return new Promise(() => {}); // held until the tab goes away
  });
}
