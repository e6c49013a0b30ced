// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium with one page, driven by its DevTools protocol. */
final class Chromium implements AutoCloseable, WebSocket.Listener {

    private static final long LIMIT_S = 90;

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final StringBuilder text = new StringBuilder();
    private final Map<Integer, CompletableFuture<Map<String, Object>>> answers = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private int calls;

    /** Returns where a Chromium is installed. */
    static Optional<Path> find() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
            .map(name -> Path.of("/usr/bin", name)).filter(Files::isExecutable).findFirst();
    }

    /** Starts a browser with a profile in a folder. */
    Chromium(final Path program, final Path profile) throws Exception {
        process = new ProcessBuilder(program.toString(), "--headless=new", "--no-sandbox", "--disable-gpu",
            "--hide-scrollbars", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        boolean connected = false;
        try {
            socket = client.newWebSocketBuilder().buildAsync(pageAddress(awaitPort(profile)), this)
                .get(LIMIT_S, TimeUnit.SECONDS);
            connected = true;
        } finally {
            if (!connected) {
                process.destroyForcibly();
            }
        }
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
    }

    private int awaitPort(final Path profile) throws IOException, InterruptedException {
        final Path file = profile.resolve("DevToolsActivePort");
        for (long i = 0; i < LIMIT_S * 10 && process.isAlive(); i++) {
            final List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            if (lines.size() >= 2) {
                return Integer.parseInt(lines.getFirst());
            }
            Thread.sleep(100);
        }
        throw new IOException("Chromium did not listen within " + LIMIT_S + " s; is it alive: " + process.isAlive());
    }

    private URI pageAddress(final int port) throws IOException, InterruptedException {
        final String list = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
            .build(), HttpResponse.BodyHandlers.ofString()).body();
        return JSON.std.listFrom(list).stream().map(entry -> (Map<?, ?>) entry)
            .filter(entry -> "page".equals(entry.get("type"))).map(entry -> entry.get("webSocketDebuggerUrl"))
            .map(address -> URI.create(address.toString())).findFirst().orElseThrow();
    }

    @Override
    public CompletionStage<?> onText(final WebSocket from, final CharSequence part, final boolean last) {
        text.append(part);
        if (last) {
            handle(text.toString());
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void handle(final String message) {
        final Map<String, Object> parsed;
        try {
            parsed = JSON.std.mapFrom(message);
        } catch (final IOException e) {
            errors.add("an answer of Chromium is not JSON: " + e.getMessage());
            return;
        }
        if (parsed.get("id") instanceof final Integer id) {
            answers.get(id).complete(parsed);
            return;
        }
        final String method = String.valueOf(parsed.get("method"));
        final String parameters = String.valueOf(parsed.get("params"));
        if (method.equals("Page.loadEventFired")) {
            loaded.complete(null);
        } else if (method.equals("Runtime.exceptionThrown") || method.equals("Log.entryAdded")
            || method.equals("Runtime.consoleAPICalled")) {
            errors.add(method + " " + parameters);
        }
    }

    private Map<?, ?> call(final String method, final Map<String, Object> parameters) throws Exception {
        final int id = ++calls;
        final CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(JSON.std.asString(Map.of("id", id, "method", method, "params", parameters)), true)
            .get(LIMIT_S, TimeUnit.SECONDS);
        final Map<String, Object> whole = answer.get(LIMIT_S, TimeUnit.SECONDS);
        if (!(whole.get("result") instanceof final Map<?, ?> result)) {
            throw new IOException(method + " failed: " + whole);
        }
        return result;
    }

    /** Opens a page in a window of a width, once. */
    void open(final Path page, final int widthPx) throws Exception {
        call("Emulation.setDeviceMetricsOverride",
            Map.of("width", widthPx, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        call("Page.navigate", Map.of("url", page.toUri().toString()));
        loaded.get(LIMIT_S, TimeUnit.SECONDS);
    }

    /** Evaluates an expression whose value is a string. */
    String evaluate(final String expression) throws Exception {
        final Map<?, ?> result = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        return String.valueOf(((Map<?, ?>) result.get("result")).get("value"));
    }

    /** Writes a picture of the whole page. */
    void photograph(final Path file) throws Exception {
        final Map<?, ?> size = (Map<?, ?>) call("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
        final Map<?, ?> picture = call("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip",
            Map.of("x", 0, "y", 0, "width", size.get("width"), "height", size.get("height"), "scale", 1)));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(picture.get("data").toString()));
    }

    /** Returns what the page has logged, and the exceptions that nobody caught. */
    List<String> errors() {
        return new ArrayList<>(errors);
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
