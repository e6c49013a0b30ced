// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Shows a node on a terminal: what happens scrolls by, and below it stand the heartbeats of each partner in a line that
 * is drawn anew. A line longer than the terminal is wide is cut rather than wrapped, and of many partners only the
 * first have one: what is drawn must be as many lines as it is taken back by. One thread at a time.
 */
final class LiveView implements Consumer<NodeEvent> {

    private static final String UP = "\033[%dA";
    private static final String CLEAR_BELOW = "\033[J";
    private static final String CUT = "\033[?7l";
    private static final String WRAP = "\033[?7h";
    private static final int MOST_LINES = 10;

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
        draw();
        out.flush();
    }

    private void draw() {
        drawn = Math.min(heartbeats.size(), MOST_LINES + 1);
        if (drawn == 0) {
            return;
        }
        out.print(CUT);
        heartbeats.values().stream().limit(MOST_LINES).forEach(out::println);
        if (drawn > MOST_LINES) {
            out.println("and " + (heartbeats.size() - MOST_LINES) + " more: see them with ccm status");
        }
        out.print(WRAP);
    }
}
