// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Shows a node on a terminal: events scroll by, and the latest heartbeat report of each partner is redrawn in place
 * below them. A report longer than the terminal is wide is cut off rather than wrapped, and only the first partners
 * have one, because as many lines as were drawn have to be taken back. Used by one thread at a time.
 */
final class LiveView implements Consumer<NodeLine> {

    private static final String UP = "\033[%dA";
    private static final String CLEAR_BELOW = "\033[J";
    private static final String CUT = "\033[?7l";
    private static final String WRAP = "\033[?7h";
    private static final int MOST_LINES = 10;

    private final PrintWriter out;
    private final Consumer<NodeLine> lines;
    private final Map<String, String> heartbeats = new TreeMap<>();
    private int drawn;

    /**
     * Creates an empty view.
     *
     * @param out   the terminal.
     * @param lines prints what scrolls by.
     */
    LiveView(final PrintWriter out, final Consumer<NodeLine> lines) {
        this.out = out;
        this.lines = lines;
    }

    @Override
    public void accept(final NodeLine line) {
        if (drawn > 0) {
            out.printf(UP, drawn);
            out.print(CLEAR_BELOW);
        }
        if (line.kind() == NodeLog.Kind.HEARTBEATS) {
            heartbeats.put(line.partner(), line.text());
        } else {
            if (line.kind().endsSession()) {
                heartbeats.remove(line.partner());
            }
            lines.accept(line);
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
