"use strict";

/* Draws the plots of the report; the words and the tables are there without it. */
(() => {
  const results = JSON.parse(document.getElementById("data").textContent);

  /* Colours that people with any colour vision tell apart. */
  const COLOURS = {
    "c": "#7a8594", "ffm-critical": "#0072b2", "ffm": "#45a5de", "ffm-shared": "#009e73", "jni": "#d55e00",
    "jni-disni": "#e6a000", "disni": "#8c5a2b", "jucx-tcp": "#cc79a7", "jucx-shm": "#8a6fd1", "jucx-verbs": "#b0a000",
    "aeron-ipc": "#8a6fd1", "aeron-udp": "#cc79a7", "soft": "#45a5de", "c-trains": "#4d5663",
  };
  const SPARE_COLOURS = ["#cc79a7", "#8a6fd1", "#b0a000"];
  const bindings = [...new Set(results.map((result) => result.binding))];
  bindings.filter((binding) => !(binding in COLOURS))
    .forEach((binding, index) => { COLOURS[binding] = SPARE_COLOURS[index % SPARE_COLOURS.length]; });
  document.querySelectorAll("[data-binding]").forEach((item) =>
    item.style.setProperty("--mark", COLOURS[item.dataset.binding] || ""));

  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const FONT = "12px system-ui, sans-serif";
  const redraws = [];

  const time = (ns) => {
    if (ns == null) {
      return "–";
    }
    const [value, unit] = ns < 1e3 ? [ns, "ns"] : ns < 1e6 ? [ns / 1e3, "µs"] : ns < 1e9 ? [ns / 1e6, "ms"]
      : [ns / 1e9, "s"];
    return `${value < 100 ? +value.toFixed(1) : Math.round(value)} ${unit}`;
  };

  const size = (bytes) => bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${bytes / 1024} KiB`
    : bytes < 1073741824 ? `${bytes / 1048576} MiB` : `${bytes / 1073741824} GiB`;

  /* The width of a text as plots write it, in CSS pixels. */
  const measure = document.createElement("canvas").getContext("2d");
  const widthOf = (text) => {
    measure.font = FONT;
    return measure.measureText(text).width;
  };

  const axis = (extra) => Object.assign({
    stroke: colour("--muted"), font: FONT, grid: {stroke: colour("--line"), width: 1},
    ticks: {stroke: colour("--line"), width: 1, size: 4},
  }, extra);

  const groupBy = (items, key) => items.reduce(
    (groups, item) => groups.set(key(item), [...(groups.get(key(item)) || []), item]), new Map());

  /* A place for a plot, which is redrawn when its width changes. */
  const plot = (parent, title, note, draw) => {
    const place = document.createElement("div");
    place.className = "plot";
    const heading = document.createElement("h4");
    heading.textContent = title;
    const remark = document.createElement("p");
    remark.textContent = note;
    const canvas = document.createElement("div");
    place.append(heading, remark, canvas);
    parent.append(place);
    let drawnWidth = 0;
    const redraw = () => {
      const width = place.clientWidth;
      if (width > 0 && width !== drawnWidth) {
        drawnWidth = width;
        canvas.replaceChildren();
        draw(canvas, width);
      }
    };
    redraws.push(redraw);
    redraw();
  };

  /* One horizontal bar for each binding, its interval as a whisker, its value behind it. */
  const bars = (parent, heading, group, label) => plot(parent, heading, "", (canvas, width) => {
    const ROW = 25;
    const GAP = 7;
    const labelWidth = Math.ceil(Math.max(...group.map((result) => widthOf(label(result))))) + 16;
    const value = (result) => time(result.median) + (result.failed ? " FAILED" : "");
    /* The axis is so long that every value has room behind its bar and whisker. */
    const room = width - labelWidth - 16;
    const longest = Math.max(...group.map((result) =>
      result.high * room / Math.max(room / 4, room - GAP - widthOf(value(result)))));
    if (room < 80) {
      canvas.parentNode.dataset.clipped = `labels of ${labelWidth} px in ${width} px`;
    }
    const paint = (chart) => {
      const context = chart.ctx;
      const ratio = devicePixelRatio;
      context.save();
      context.font = `${12 * ratio}px system-ui, sans-serif`;
      context.textBaseline = "middle";
      context.textAlign = "left";
      group.forEach((result, index) => {
        const middle = chart.valToPos(index, "x", true);
        const low = chart.valToPos(result.low, "y", true);
        const high = chart.valToPos(result.high, "y", true);
        const end = chart.valToPos(result.median, "y", true);
        const half = ROW * ratio * 0.32;
        context.fillStyle = COLOURS[result.binding];
        context.globalAlpha = result.failed ? 0.35 : 1;
        context.fillRect(chart.bbox.left, middle - half, Math.max(1, end - chart.bbox.left), 2 * half);
        context.globalAlpha = 1;
        context.strokeStyle = colour("--text");
        context.lineWidth = 1.3 * ratio;
        context.beginPath();
        context.moveTo(low, middle);
        context.lineTo(high, middle);
        [low, high].forEach((at) => {
          context.moveTo(at, middle - 4 * ratio);
          context.lineTo(at, middle + 4 * ratio);
        });
        context.stroke();
        context.fillStyle = colour("--text");
        context.fillText(value(result), high + GAP * ratio, middle);
      });
      context.restore();
    };
    new uPlot({
      width, height: group.length * ROW + 34, legend: {show: false}, cursor: {show: false}, padding: [0, 8, 0, 0],
      scales: {
        x: {time: false, ori: 1, dir: -1, range: [-0.6, group.length - 0.4]},
        y: {ori: 0, dir: 1, range: [0, longest * 1.02]},
      },
      axes: [
        axis({side: 3, size: labelWidth, gap: 6, grid: {show: false}, ticks: {show: false},
          splits: group.map((_, i) => i), values: () => group.map(label)}),
        axis({side: 2, size: 30, space: 60, values: (_, splits) => splits.map(time)}),
      ],
      series: [{}, {paths: () => null, points: {show: false}}],
      hooks: {draw: [paint]},
    }, [group.map((_, index) => index), group.map((result) => result.median)], canvas);
  });

  /* Lines over a common axis; each line is {label, colour, points: [[x, y], ...]}. */
  const lines = (canvas, width, series, x, y) => {
    const places = [...new Set(series.flatMap((line) => line.points.map((point) => point[0])))].sort((a, b) => a - b);
    const shown = y.value || time;
    const data = [places, ...series.map((line) => {
      const at = new Map(line.points);
      return places.map((place) => at.has(place) ? at.get(place) : null);
    })];
    new uPlot({
      width, height: Math.min(320, Math.max(220, width * 0.6)), padding: [10, 14, 0, 0],
      scales: {x: Object.assign({time: false}, x.scale), y: y.scale},
      axes: [axis(x.axis), axis(Object.assign({size: 62, values: (_, splits) => splits.map(
        (split) => split == null ? "" : shown(split))}, y.axis))],
      series: [{label: x.label, value: (_, value) => value == null ? "–" : x.value(value)},
        ...series.map((line) => ({label: line.label, stroke: line.colour, width: 2, spanGaps: true,
          points: {show: line.points.length < 12, size: 6, fill: line.colour},
          value: (_, value) => value == null ? "–" : shown(value)}))],
    }, data, canvas);
  };

  /* Logarithmic axis with a tick at every power of the base, and room at both ends. */
  const logarithmic = (base) => ({distr: 3, log: base});

  const bindingLines = (group, points) => group.map((result) => ({
    label: `${result.binding}, median ${time(result.median)}${result.failed ? " FAILED" : ""}`,
    colour: COLOURS[result.binding],
    points: points(result)}));

  /* The last percentile that samples support is followed by the maximum, one tick further. */
  const percentiles = (parent, group) => plot(parent, group[0].title, "time within which this share completes",
    (canvas, width) => {
      const nines = (percentile) => 100 / (100 - percentile);
      const last = Math.max(...group.flatMap((result) =>
        result.curve.filter((point) => point[0] < 100).map((point) => nines(point[0]))));
      const maximum = 10 ** Math.ceil(Math.log10(last * 1.5));
      const place = (percentile) => percentile === 100 ? maximum : nines(percentile);
      const name = (at) => at >= maximum ? "max" : `${+(100 - 100 / at).toFixed(4)} %`;
      lines(canvas, width,
        bindingLines(group, (result) => result.curve.map((point) => [place(point[0]), point[1]])),
        {label: "percentile", value: name, scale: Object.assign({range: [1, maximum]}, logarithmic(10)),
          axis: {splits: () => Array.from({length: Math.log10(maximum) + 1}, (_, i) => 10 ** i), filter: (_, s) => s,
            values: (_, splits) => splits.map((at) => at === 1 ? "0 %" : name(at))}},
        {scale: logarithmic(10)});
    });

  const scaling = (parent, title, groups) => plot(parent, title, "median by length", (canvas, width) => {
    const byBinding = groupBy(groups, (result) => result.binding);
    const length = (result) => Number(result.operation.match(/\d+$/)[0]);
    lines(canvas, width,
      [...byBinding].map(([binding, items]) => ({label: `${binding}, ${time(items[0].median)} to ${
        time(items[items.length - 1].median)}`, colour: COLOURS[binding],
        points: items.map((result) => [length(result), result.median])})),
      {label: "length", value: size, scale: logarithmic(2),
        axis: {space: 56, values: (_, splits) => splits.map((bytes) => bytes == null ? "" : size(bytes))}},
      {scale: logarithmic(10)});
  });

  const warmUps = (parent, group) => plot(parent, group[0].title, "median of each window", (canvas, width) =>
    lines(canvas, width, bindingLines(group, (result) => result.warmUp.map((median, window) => [window + 1, median])),
      {label: "window", value: (window) => window, scale: {}, axis: {}}, {scale: logarithmic(10)}));

  const of = (suite, device) => results.filter((result) => result.suite === suite && result.device === device);

  document.querySelectorAll(".plots[data-suite]").forEach((parent) => {
    const {suite, device} = parent.dataset;
    const groups = [...groupBy(of(suite, device), (result) => result.operation).values()];
    if (suite === "calls") {
      groups.filter((group) => group[0].operation !== "nothing").forEach((group) =>
        bars(parent, group[0].title, group, (result) => result.binding));
      return;
    }
    if (suite === "soft" || suite === "messages") {
      groups.forEach((group) => bars(parent, group[0].title, group, (result) => result.binding));
      return;
    }
    if (suite === "handshake") {
      parent.classList.add("wide");
      const STEPS = /^(cold-)?handshake(-[rw]\d)?$/;
      const formation = of(suite, device);
      const chart = (heading, wanted, label) => {
        const chosen = formation.filter((result) => wanted(result.operation));
        if (chosen.length > 0) {
          bars(parent, heading, chosen, label);
        }
      };
      const cold = (operation) => operation.startsWith("cold-");
      chart("From start to session", (operation) => /^(cold-)?session$/.test(operation),
        (result) => cold(result.operation) ? "the first time in a JVM" : "warm");
      chart("The handshake and its steps, warm", (operation) => STEPS.test(operation) && !cold(operation),
        (result) => result.title);
      chart("The same the first time in a JVM", (operation) => STEPS.test(operation) && cold(operation),
        (result) => result.title.replace(", cold", ""));
      chart("Repeated on one connection",
        (operation) => ["handshake-on-connection", "two-reads-two-writes"].includes(operation),
        (result) => result.operation === "two-reads-two-writes" ? "2 READs and 2 WRITEs" : "handshake");
      return;
    }
    parent.classList.add("wide");
    const kinds = [...groupBy(of(suite, device), (result) => result.operation.replace(/-\d+$/, ""))];
    kinds.filter(([, items]) => new Set(items.map((result) => result.operation)).size > 1)
      .forEach(([, items]) => scaling(parent, items[0].title.replace(/,? [\d.]+ [KMG]?i?B$/, ""), items));
    groups.forEach((group) => percentiles(parent, group));
  });

  document.querySelectorAll(".plots[data-scale]").forEach((parent) => {
    const sizes = JSON.parse(parent.dataset.scale);
    const line = (label, field, tint) =>
      ({label, colour: tint, points: sizes.map((size) => [size.partners, size[field]])});
    const curve = (title, note, series, y) => plot(parent, title, note, (canvas, width) => lines(canvas, width, series,
      {label: "partners", value: (partners) => partners, scale: logarithmic(10),
        axis: {values: (_, splits) => splits.map((split) => split == null ? "" : split)}},
      Object.assign({scale: {range: (_, low, high) => [0, high * 1.1]}}, y)));
    const memory = (bytes) => bytes < 1048576 ? `${+(bytes / 1024).toPrecision(3)} KiB`
      : `${+(bytes / 1048576).toPrecision(3)} MiB`;
    parent.classList.add("wide");
    curve("Processor time for each partner", "in a second",
      [line("processor time", "processorNs", COLOURS.ffm)], {});
    curve("Memory for each partner", "",
      [line("resident", "residentBytes", COLOURS.ffm), line("Java heap", "heapBytes", COLOURS.jni)],
      {value: memory, scale: logarithmic(2)});
    curve("READ of a heartbeat", "median over the partners, and the longest of all",
      [line("median", "medianReadNs", COLOURS.ffm), line("longest", "longestReadNs", COLOURS.jni)],
      {scale: logarithmic(10)});
  });

  document.querySelectorAll("details.warm-up").forEach((details) => {
    details.addEventListener("toggle", () => {
      const parent = details.querySelector(".plots");
      if (details.open && !parent.hasChildNodes()) {
        const {suite, device} = details.dataset;
        groupBy(of(suite, device), (result) => result.operation).forEach((group) => warmUps(parent, group));
      }
    });
  });

  addEventListener("resize", () => redraws.forEach((redraw) => redraw()));
})();
