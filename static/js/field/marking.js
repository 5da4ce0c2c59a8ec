// Arrows and blurred regions on a photo before it is saved. Strokes are kept as a list, so that each can be taken back; a blurred
// region is drawn from the picture shrunk to a few dots: what was there cannot be got back from the saved photo.

const DOTS = 14;

export class Marking {
  constructor(source) {
    this.source = source;
    this.marks = [];
    this.canvas = document.createElement("canvas");
    this.canvas.width = source.width;
    this.canvas.height = source.height;
    this.draw();
  }

  add(mark) {
    this.marks.push(mark);
    this.draw();
  }

  undo() {
    this.marks.pop();
    this.draw();
  }

  draw(pending = null) {
    const pen = this.canvas.getContext("2d");
    pen.drawImage(this.source, 0, 0);
    const all = pending ? [...this.marks, pending] : this.marks;
    // Blurs first, so that an arrow may point at one.
    for (const mark of all.filter((one) => one.tool === "blur")) blur(pen, this.source, mark);
    for (const mark of all.filter((one) => one.tool === "arrow")) arrow(pen, mark, this.canvas.width);
  }
}

function blur(pen, source, { from, to }) {
  const x = Math.max(0, Math.floor(Math.min(from.x, to.x)));
  const y = Math.max(0, Math.floor(Math.min(from.y, to.y)));
  const width = Math.min(source.width - x, Math.ceil(Math.abs(from.x - to.x)));
  const height = Math.min(source.height - y, Math.ceil(Math.abs(from.y - to.y)));
  if (width < 2 || height < 2) return;
  const scale = DOTS / Math.max(width, height);
  const tiny = document.createElement("canvas");
  tiny.width = Math.max(1, Math.round(width * scale));
  tiny.height = Math.max(1, Math.round(height * scale));
  tiny.getContext("2d").drawImage(source, x, y, width, height, 0, 0, tiny.width, tiny.height);
  pen.save();
  pen.imageSmoothingEnabled = false;
  pen.drawImage(tiny, 0, 0, tiny.width, tiny.height, x, y, width, height);
  pen.restore();
}

function arrow(pen, { from, to }, width) {
  const line = Math.max(5, width / 130);
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length < line * 2) return;
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const head = Math.min(length / 2, line * 5);
  const point = (distance, turn) => [to.x - distance * Math.cos(angle + turn), to.y - distance * Math.sin(angle + turn)];
  for (const [colour, extra] of [["#fff", line * 0.8], ["#d3180c", 0]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: line + extra, lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x, to.y);
    pen.moveTo(...point(head, 0.5));
    pen.lineTo(to.x, to.y);
    pen.lineTo(...point(head, -0.5));
    pen.stroke();
  }
}

// Lets fingers draw on a canvas that shows the marking; `tool()` says what a stroke makes, `changed()` is called after each.
export function drawWithFinger(marking, tool, changed) {
  const { canvas } = marking;
  let from = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) * canvas.width) / box.width, y: ((event.clientY - box.top) * canvas.height) / box.height };
  };
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    from = place(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (from) marking.draw({ tool: tool(), from, to: place(event) });
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!from) return;
    marking.add({ tool: tool(), from, to: place(event) });
    from = null;
    changed();
  });
  canvas.addEventListener("pointercancel", () => {
    from = null;
    marking.draw();
  });
}
