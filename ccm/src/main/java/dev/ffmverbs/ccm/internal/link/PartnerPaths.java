// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.spi.Closing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * All paths to one partner. They share its mailbox. The partner has one connection at a time, over one of them.
 *
 * <p>Used by the session thread.
 */
public final class PartnerPaths implements PartnerAccess {

    private static final Logger LOGGER = System.getLogger(PartnerPaths.class.getName());

    private final Mailbox mailbox;
    private final List<VerbsPath> paths = new ArrayList<>();
    private final String names;
    private final Runnable onNews;

    /**
     * Creates an empty list of paths; the interconnects add them.
     *
     * @param names   names of this node and the partner, for the log.
     * @param mailbox the memory that the partner writes.
     * @param onNews  called on any thread when anything has completed, arrived or ended on one of the paths.
     */
    PartnerPaths(final String names, final Mailbox mailbox, final Runnable onNews) {
        this.names = names;
        this.mailbox = mailbox;
        this.onNews = onNews;
    }

    /** Returns the names of this node and the partner, for the log. */
    String names() {
        return names;
    }

    /** Reports that something has completed, arrived or ended on one of the paths. */
    void tellNews() {
        onNews.run();
    }

    void add(final VerbsPath path) {
        paths.add(path);
    }

    /**
     * Returns the paths.
     *
     * @return the paths, in the order of the interconnects.
     */
    public List<VerbsPath> paths() {
        return List.copyOf(paths);
    }

    /** A new connection replaces the former one, even over another path. */
    void endIncoming() {
        Closing.closeAll(paths, VerbsPath::endIncoming);
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public BootId connectedBootId() {
        BootId connected = null;
        for (int i = 0; i < paths.size(); i++) {
            final BootId bootId = paths.get(i).connectedBootId();
            connected = bootId == null ? connected : bootId;
        }
        return connected;
    }

    @Override
    public long maintain(final long nowNs) {
        long againNs = Long.MAX_VALUE;
        for (int i = 0; i < paths.size(); i++) {
            againNs = Math.min(againNs, paths.get(i).maintain(nowNs));
        }
        return againNs;
    }

    @Override
    public void revoke() {
        Closing.closeAll(List.<Runnable>of(
            this::endIncoming, () -> Closing.closeAll(paths, VerbsPath::deregister)), Runnable::run);
        mailbox.clear();
        try {
            paths.forEach(VerbsPath::register);
        } catch (final VerbsException e) {
            LOGGER.log(Level.WARNING,
                names + ": memory for the partner cannot be registered now; it is registered when the partner connects",
                e);
        }
    }
}
