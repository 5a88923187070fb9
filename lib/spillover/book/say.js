// Says a message, known by its English text, in the page's language and fills its places.
const sayIn = (words) => (message, places = {}) =>
  (words[message] ?? message).replace(/\{(\w+)\}/g, (_, name) => places[name]);
