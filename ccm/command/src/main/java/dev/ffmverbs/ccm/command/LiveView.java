// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Shows a node on a terminal: events scroll by, and the latest reports are redrawn in place below them: the heartbeats
 * of each partner, who owns, and the state of the log. A report longer than the terminal is wide is cut off rather than
 * wrapped, and only the first partners have one, because as many lines as were drawn have to be taken back. Used by one
 * thread at a time.
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
    private final Map<Kind, String> ofNode = new EnumMap<>(Kind.class);
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
        if (line.kind() == Kind.HEARTBEATS) {
            heartbeats.put(line.partner(), line.text());
        } else if (line.kind().isReport()) {
            ofNode.put(line.kind(), line.text());
        } else {
            forget(line);
            lines.accept(line);
        }
        draw();
        out.flush();
    }

    /** Removes the reports that a line makes out of date. */
    private void forget(final NodeLine line) {
        if (line.kind().endsSession()) {
            heartbeats.remove(line.partner());
        } else if (line.kind() == Kind.OWNERSHIP_ACQUIRED || line.kind() == Kind.OWNERSHIP_LOST) {
            ofNode.remove(Kind.OWNERSHIP);
        } else if (line.kind() == Kind.STOPPED) {
            ofNode.clear();
        }
    }

    private void draw() {
        drawn = Math.min(heartbeats.size(), MOST_LINES + 1) + ofNode.size();
        if (drawn == 0) {
            return;
        }
        out.print(CUT);
        ofNode.values().forEach(out::println);
        heartbeats.values().stream().limit(MOST_LINES).forEach(out::println);
        if (heartbeats.size() > MOST_LINES) {
            out.println("and " + (heartbeats.size() - MOST_LINES) + " more: see them with ccm status");
        }
        out.print(WRAP);
    }
}
