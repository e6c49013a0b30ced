// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import dev.ffmverbs.ccm.Partner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory of this node to which a partner copies its log. It is the same for the life of the log, whatever node the
 * log is registered with: what a partner has been told to be held here must be found when this log continues.
 *
 * <p>A log has one partner at a time. It would not know to whom an entry was acknowledged if it had two. A log with an
 * owner has one partner for good: the copy of that partner's log may hold what was acknowledged and what no other node
 * has. So has a file, which keeps the partner's name, so that the next process does not take that partner's log for
 * another one's.
 *
 * <p>All methods are called under the log's lock unless they say otherwise.
 */
final class CopyMemory {

    private final String log;
    private final LogFile file;
    private final long lengthBytes;
    private final Map<String, MemorySegment> copies = new HashMap<>();
    private Partner partner;
    private volatile MemorySegment present;

    /**
     * Creates memory that is allocated when a partner needs it, or takes that of a file.
     *
     * @param log  names the log in messages.
     * @param file has memory for one partner; null for a log without a file.
     */
    CopyMemory(final String log, final LogFile file, final long lengthBytes) {
        this.log = log;
        this.file = file;
        this.lengthBytes = lengthBytes;
        this.present = file == null ? null : file.copy();
        if (file != null && !file.partnersName().isEmpty()) {
            copies.put(file.partnersName(), file.copy());
        }
    }

    /**
     * Returns the memory for a partner, which is the log's partner from now on. Called before each time that the
     * partner gets ports, so that what it writes is found when this log continues.
     *
     * @param hasOwner whether the log needs a term.
     * @throws IllegalStateException if the file's memory is that of another partner, if there is a session with another
     *                               partner that has this log, or if the log needs a term and another partner has
     *                               written here.
     */
    MemorySegment of(final Partner candidate, final boolean hasOwner) {
        final String name = candidate.name();
        if (file != null && !copies.isEmpty() && !copies.containsKey(name)) {
            throw new IllegalStateException(file + " holds the copy of " + copies.keySet().iterator().next()
                + "'s log; " + name + " needs another log with a separate file, or that name if it replaces that node");
        }
        if (partner != null && !isPartner(candidate) && partner.session().isPresent()) {
            throw new IllegalStateException(log + " is mirrored with " + partner.name() + ", and a log has one partner;"
                + " give the log that this node and " + name + " share another name");
        }
        if (hasOwner) {
            requireNoneBut(name);
        }
        partner = candidate;
        present = copies.computeIfAbsent(name, this::create);
        return present;
    }

    /**
     * Requires that no partner but the present one has written here.
     *
     * @throws IllegalStateException if another one has.
     */
    void requireOnePartner() {
        if (partner != null) {
            requireNoneBut(partner.name());
        }
    }

    private void requireNoneBut(final String name) {
        copies.forEach((other, copy) -> {
            if (!other.equals(name) && isWritten(copy)) {
                throw new IllegalStateException(log + " holds the copy of " + other + "'s log, which may have entries"
                    + " that only this node still has; " + name + " needs a log with another name, or the name " + other
                    + " if it replaces that node");
            }
        });
    }

    private static boolean isWritten(final MemorySegment copy) {
        final LogHeader header = new LogHeader();
        header.read(copy.asSlice(0, LogHeader.LENGTH_BYTES));
        return header.identity() != 0;
    }

    private MemorySegment create(final String name) {
        if (file == null) {
            return Arena.ofAuto().allocate(lengthBytes, Long.BYTES);
        }
        // Before the partner can write there, so that the next process knows whose copy it finds.
        file.writePartnersName(name);
        return file.copy();
    }

    /** Returns the copy of the partner's log; null if there is none yet. Thread-safe. */
    MemorySegment present() {
        return present;
    }

    /** Whether this is the log's partner. */
    boolean isPartner(final Partner candidate) {
        return partner != null && partner.name().equals(candidate.name());
    }
}
