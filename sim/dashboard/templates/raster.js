// From an SVG to a PNG, and from a page to the program that opened it in a browser without a window.

// An SVG as the address of a PNG, so many pixels to a pixel of the page.
async function rasterOf(text, scale) {
  const image = new Image(), canvas = document.createElement("canvas");
  image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  await image.decode();
  Object.assign(canvas, { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

// Leave nothing in the page but what is kept and a text that is not seen, in letters that HTML does not change.
function handOver(text, ...kept) {
  document.body.replaceChildren(...kept, Object.assign(document.createElement("pre"), { id: "handed-over", hidden: true, textContent: encodeURIComponent(text) }));
}

// Turn the page into a sheet of paper, as large as the picture on it.
function layOnSheet(picture, sheet) {
  const parser = new DOMParser(), { head, body } = parser.parseFromString(sheet, "text/html"), drawing = parser.parseFromString(picture, "image/svg+xml").documentElement;
  head.querySelector("style").append(`@page { size: ${drawing.getAttribute("width")}px ${drawing.getAttribute("height")}px; }`);
  body.querySelector("main").append(drawing);
  document.head.replaceWith(head);
  document.body.replaceWith(body);
}

// Whoever prints or reads a page as soon as it is loaded gets its figures too: an open frame holds loading back until `release`.
function holdLoading() {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.documentElement.append(frame);
  try {
    frame.contentDocument.open();
  } catch {
    frame.remove(); // no frames here: such a page is loaded before it is drawn
  }
  return () => { if (frame.contentDocument) frame.contentDocument.close(); frame.remove(); };
}
