// Draws every <div data-chart="id of a json_script">. A bar leads to the list that its figure counts.
// The page's policy forbids inline styles in markup, so the tooltip is drawn on the canvas (renderMode "richText" in the options).
const ROW = 27;
const FRAME = 60;

function draw(box) {
  const option = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  option.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily };
  box.style.height = `${FRAME + ROW * Number(box.dataset.rows)}px`;
  box.hidden = false;
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  chart.setOption(option);
  chart.on("click", ({ data }) => {
    if (data?.url) window.location.assign(data.url);
  });
  new ResizeObserver(() => chart.resize()).observe(box);
  return chart;
}

// echarts is a classic deferred script before this module, so it is there; if it failed to load, the tables remain.
if (window.echarts) {
  const drawn = (root) => [...root.querySelectorAll("[data-chart]")].map(draw);
  let charts = drawn(document);
  const resize = () => charts.forEach((chart) => chart.resize());
  window.addEventListener("beforeprint", resize);
  window.addEventListener("afterprint", resize);
  // Part of the page came anew: what is gone is given up, what came is drawn.
  document.body.addEventListener("htmx:afterSwap", ({ target }) => {
    charts.filter((chart) => !chart.getDom().isConnected).forEach((chart) => chart.dispose());
    charts = [...charts.filter((chart) => !chart.isDisposed()), ...drawn(target)];
  });
}
