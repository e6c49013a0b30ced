// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Shows a node on a terminal: what happens scrolls by, and below it stand the heartbeats of each partner in a line that
 * is drawn anew. One thread at a time.
 */
final class LiveView implements Consumer<NodeEvent> {

    private static final String UP = "\033[%dA";
    private static final String CLEAR_BELOW = "\033[J";

    private final PrintWriter out;
    private final Consumer<NodeEvent> lines;
    private final Map<String, String> heartbeats = new TreeMap<>();
    private int drawn;

    /**
     * An empty view.
     *
     * @param out   the terminal.
     * @param lines prints there what scrolls by.
     */
    LiveView(final PrintWriter out, final Consumer<NodeEvent> lines) {
        this.out = out;
        this.lines = lines;
    }

    @Override
    public void accept(final NodeEvent event) {
        if (drawn > 0) {
            out.printf(UP, drawn);
            out.print(CLEAR_BELOW);
        }
        switch (event.kind()) {
            case HEARTBEATS -> heartbeats.put(event.partner(), event.text());
            case DOWN, LEFT, RESTARTED, DROPPED -> {
                heartbeats.remove(event.partner());
                lines.accept(event);
            }
            default -> lines.accept(event);
        }
        heartbeats.values().forEach(out::println);
        drawn = heartbeats.size();
        out.flush();
    }
}
