// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.faults;

import java.net.InetAddress;
import java.util.Locale;

/**
 * The faults injected into the packets of a device, and how often.
 *
 * @param seed           seed of all decisions.
 * @param drop           share of packets lost, 0 to 1.
 * @param duplicate      share of packets sent twice, the second time up to {@code maximumDelayNs} later.
 * @param reorder        share of packets that packets sent up to {@code reorderNs} later overtake.
 * @param corrupt        share of packets with one bit flipped.
 * @param delay          share of packets delayed by up to {@code maximumDelayNs}.
 * @param reorderNs      longest delay of a reordered packet in nanoseconds.
 * @param maximumDelayNs longest delay of a delayed packet, or of a second copy, in nanoseconds.
 * @param startNs        nanoseconds until these settings take effect, from the time when an open device receives them,
 *                       or a device is opened with them.
 * @param partition      directions in which no packet passes.
 * @param peer           the only peer that the partition cuts off; null for all.
 */
public record FaultSettings(
    long seed, double drop, double duplicate, double reorder, double corrupt, double delay, long reorderNs,
    long maximumDelayNs, long startNs, Partition partition, InetAddress peer) {

    /** Directions in which a link is cut. */
    public enum Partition {

        /** The link is not cut. */
        NONE,
        /** Packets that this side sends are lost. */
        OUTGOING,
        /** Packets that the other side sends are lost. */
        INCOMING,
        /** Packets that either side sends are lost. */
        BOTH;

        /**
         * Returns whether packets to the peer are lost.
         *
         * @return true for OUTGOING and BOTH.
         */
        public boolean cutsOutgoing() {
            return this == OUTGOING || this == BOTH;
        }

        /**
         * Returns whether packets from the peer are lost.
         *
         * @return true for INCOMING and BOTH.
         */
        public boolean cutsIncoming() {
            return this == INCOMING || this == BOTH;
        }
    }

    /** Settings without faults. */
    public static final FaultSettings NONE =
        new FaultSettings(1, 0, 0, 0, 0, 0, 50_000, 1_000_000, 0, Partition.NONE, null);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if a share is not between 0 and 1, or a time is out of range.
     */
    public FaultSettings {
        requireShare("drop", drop);
        requireShare("duplicate", duplicate);
        requireShare("reorder", reorder);
        requireShare("corrupt", corrupt);
        requireShare("delay", delay);
        if (reorderNs < 1 || maximumDelayNs < 1 || startNs < 0 || partition == null) {
            throw new IllegalArgumentException("reorderNs=" + reorderNs + " and maximumDelayNs=" + maximumDelayNs
                + " must be at least 1, startNs=" + startNs + " at least 0, partition=" + partition
                + " must not be null");
        }
    }

    private static void requireShare(final String name, final double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + "=" + share + " is not a share between 0 and 1");
        }
    }

    /**
     * Parses settings as in a system property.
     *
     * @param text names and values such as {@code seed=7,drop=0.2,reorder=0.05,partition=incoming}, separated by
     *             commas; names that are missing keep the values of {@link #NONE}. Times are in nanoseconds.
     * @return the settings.
     * @throws IllegalArgumentException if a name is unknown, or a value cannot be parsed or is out of range.
     */
    public static FaultSettings parse(final String text) {
        FaultSettings settings = NONE;
        for (final String entry : text.split(",")) {
            if (!entry.isBlank()) {
                final int equals = entry.indexOf('=');
                if (equals < 0) {
                    throw new IllegalArgumentException("\"" + entry + "\" in \"" + text + "\" is not name=value");
                }
                settings = settings.with(entry.substring(0, equals).strip(), entry.substring(equals + 1).strip());
            }
        }
        return settings;
    }

    private FaultSettings with(final String name, final String value) {
        try {
            final double share = isShare(name) ? Double.parseDouble(value) : 0;
            return switch (name) {
                case "seed" -> withSeed(Long.parseLong(value));
                case "drop" -> withShares(share, duplicate, reorder, corrupt, delay);
                case "duplicate" -> withShares(drop, share, reorder, corrupt, delay);
                case "reorder" -> withShares(drop, duplicate, share, corrupt, delay);
                case "corrupt" -> withShares(drop, duplicate, reorder, share, delay);
                case "delay" -> withShares(drop, duplicate, reorder, corrupt, share);
                case "reorderNs" -> withTimes(Long.parseLong(value), maximumDelayNs);
                case "maximumDelayNs" -> withTimes(reorderNs, Long.parseLong(value));
                case "startNs" -> withStart(Long.parseLong(value));
                case "partition" -> withPartition(Partition.valueOf(value.toUpperCase(Locale.ROOT)));
                case "peer" -> withPeer(InetAddress.ofLiteral(value));
                default -> throw new IllegalArgumentException("known names: seed, drop, duplicate, reorder, corrupt, "
                    + "delay, reorderNs, maximumDelayNs, startNs, partition, peer");
            };
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("fault setting " + name + "=" + value + ": " + e.getMessage(), e);
        }
    }

    private static boolean isShare(final String name) {
        return switch (name) {
            case "drop", "duplicate", "reorder", "corrupt", "delay" -> true;
            default -> false;
        };
    }

    /**
     * Returns a copy with another seed.
     *
     * @param newSeed seed of all decisions.
     * @return the settings.
     */
    public FaultSettings withSeed(final long newSeed) {
        return new FaultSettings(
            newSeed, drop, duplicate, reorder, corrupt, delay, reorderNs, maximumDelayNs, startNs, partition, peer);
    }

    /**
     * Returns a copy with other shares.
     *
     * @param newDrop      share of packets lost.
     * @param newDuplicate share of packets sent twice.
     * @param newReorder   share of packets reordered.
     * @param newCorrupt   share of packets corrupted.
     * @param newDelay     share of packets delayed.
     * @return the settings.
     */
    public FaultSettings withShares(
        final double newDrop, final double newDuplicate, final double newReorder, final double newCorrupt,
        final double newDelay) {
        return new FaultSettings(seed, newDrop, newDuplicate, newReorder, newCorrupt, newDelay, reorderNs,
            maximumDelayNs, startNs, partition, peer);
    }

    /**
     * Returns a copy with other delays.
     *
     * @param newReorderNs      longest delay of reordered packets in nanoseconds.
     * @param newMaximumDelayNs longest delay of delayed packets in nanoseconds.
     * @return the settings.
     */
    public FaultSettings withTimes(final long newReorderNs, final long newMaximumDelayNs) {
        return new FaultSettings(
            seed, drop, duplicate, reorder, corrupt, delay, newReorderNs, newMaximumDelayNs, startNs, partition,
            peer);
    }

    /**
     * Returns a copy with another time until the settings take effect.
     *
     * @param newStartNs nanoseconds without faults.
     * @return the settings.
     */
    public FaultSettings withStart(final long newStartNs) {
        return new FaultSettings(seed, drop, duplicate, reorder, corrupt, delay, reorderNs, maximumDelayNs, newStartNs,
            partition, peer);
    }

    /**
     * Returns a copy with other directions cut.
     *
     * @param newPartition directions in which no packet passes.
     * @return the settings.
     */
    public FaultSettings withPartition(final Partition newPartition) {
        return new FaultSettings(
            seed, drop, duplicate, reorder, corrupt, delay, reorderNs, maximumDelayNs, startNs, newPartition, peer);
    }

    /**
     * Returns a copy whose partition cuts off one peer only.
     *
     * @param newPeer address of the peer; null for all peers.
     * @return the settings.
     */
    public FaultSettings withPeer(final InetAddress newPeer) {
        return new FaultSettings(
            seed, drop, duplicate, reorder, corrupt, delay, reorderNs, maximumDelayNs, startNs, partition, newPeer);
    }
}
