// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.constants.CompletionQueueCreationFlags;
import dev.ffmverbs.spi.constants.CompletionQueueCreationMasks;
import dev.ffmverbs.spi.layout.CompletionQueueCreationLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The parameters an extended completion queue is created with ({@code struct ibv_cq_init_attr_ex}). Immutable. Each
 * {@code with} method returns a copy with one value changed.
 *
 * <pre>{@code
 * context.createExtendedCompletionQueue(CompletionQueueConfiguration.of(256)
 *     .withFields(CompletionField.COMPLETION_TIMESTAMP).withSingleThread(true));
 * }</pre>
 *
 * @param minimumEntries   completions the queue must be able to hold, at least 1; the device may give more.
 * @param channel          channel on which the queue announces completions, or null for a queue that is only polled.
 * @param completionVector interrupt vector, from 0.
 * @param fields           fields of the completions. Four of them are always there: the byte length, immediate data,
 *                         and the numbers of the local and of the sending queue pair.
 * @param singleThread     whether the queue works without a lock ({@code IBV_CREATE_CQ_ATTR_SINGLE_THREADED}). It is
 *                         then confined to the thread that creates it. Queue pairs that report to it are created,
 *                         closed, and changed to RESET by this thread only, because drivers remove their completions
 *                         from the queue.
 * @param parentDomain     parent domain that the queue is created in, or null. One with a thread domain has the same
 *                         effect as {@code singleThread}.
 */
public record CompletionQueueConfiguration(
    int minimumEntries, CompletionChannel channel, int completionVector, Set<CompletionField> fields,
    boolean singleThread, ParentDomain parentDomain) {

    private static final Set<CompletionField> ALWAYS = Set.of(CompletionField.BYTE_LENGTH,
        CompletionField.IMMEDIATE_DATA, CompletionField.QUEUE_PAIR_NUMBER, CompletionField.SOURCE_QUEUE_PAIR_NUMBER);

    /**
     * Checks the values, and adds the fields that are always there.
     *
     * @throws IllegalArgumentException when the number of entries is less than 1, or the vector is negative.
     * @throws NullPointerException     when a field is null.
     */
    public CompletionQueueConfiguration {
        Ranges.check("minimumEntries", minimumEntries, 1, Integer.MAX_VALUE);
        Ranges.check("completionVector", completionVector, 0, Integer.MAX_VALUE);
        final Set<CompletionField> all = EnumSet.copyOf(ALWAYS);
        all.addAll(fields);
        fields = Collections.unmodifiableSet(all);
    }

    /**
     * Returns the configuration of a queue that is only polled, by any thread.
     *
     * @param minimumEntries completions it must be able to hold, at least 1; the device may give more.
     * @return the configuration.
     * @throws IllegalArgumentException when the number is less than 1.
     */
    public static CompletionQueueConfiguration of(final int minimumEntries) {
        return new CompletionQueueConfiguration(minimumEntries, null, 0, ALWAYS, false, null);
    }

    /**
     * Returns a copy that announces completions.
     *
     * @param announcing open channel of the queue's future context, or null.
     * @return a changed copy.
     */
    public CompletionQueueConfiguration withChannel(final CompletionChannel announcing) {
        return new CompletionQueueConfiguration(
            minimumEntries, announcing, completionVector, fields, singleThread, parentDomain);
    }

    /**
     * Returns a copy with another interrupt vector.
     *
     * @param vector interrupt vector, from 0 to below {@link Context#completionVectors()}.
     * @return a changed copy.
     * @throws IllegalArgumentException when it is negative.
     */
    public CompletionQueueConfiguration withCompletionVector(final int vector) {
        return new CompletionQueueConfiguration(minimumEntries, channel, vector, fields, singleThread, parentDomain);
    }

    /**
     * Returns a copy whose completions have more fields. Devices refuse those that they do not have.
     *
     * @param added fields to add to the present ones.
     * @return a changed copy.
     */
    public CompletionQueueConfiguration withFields(final CompletionField... added) {
        final Set<CompletionField> all = EnumSet.copyOf(fields);
        all.addAll(Arrays.asList(added));
        return new CompletionQueueConfiguration(
            minimumEntries, channel, completionVector, all, singleThread, parentDomain);
    }

    /**
     * Returns a copy that works without a lock, or with one.
     *
     * @param single whether only the thread that creates the queue uses it.
     * @return a changed copy.
     */
    public CompletionQueueConfiguration withSingleThread(final boolean single) {
        return new CompletionQueueConfiguration(
            minimumEntries, channel, completionVector, fields, single, parentDomain);
    }

    /**
     * Returns a copy with another parent domain.
     *
     * @param domain open parent domain of the queue's future context, or null.
     * @return a changed copy.
     */
    public CompletionQueueConfiguration withParentDomain(final ParentDomain domain) {
        return new CompletionQueueConfiguration(
            minimumEntries, channel, completionVector, fields, singleThread, domain);
    }

    /** Whether the driver takes no lock, so that only one thread may use the queue. */
    boolean isUnlocked() {
        return singleThread || parentDomain != null && parentDomain.threadDomain() != null;
    }

    void writeTo(final MemorySegment attributes) {
        attributes.set(JAVA_INT, CompletionQueueCreationLayout.ENTRIES, minimumEntries);
        attributes.set(JAVA_INT, CompletionQueueCreationLayout.COMPLETION_VECTOR, completionVector);
        attributes.set(JAVA_LONG, CompletionQueueCreationLayout.FIELDS, CompletionField.bits(fields));
        if (singleThread) {
            attributes.set(
                JAVA_INT, CompletionQueueCreationLayout.PRESENT_FIELDS, CompletionQueueCreationMasks.FLAGS);
            attributes.set(
                JAVA_INT, CompletionQueueCreationLayout.FLAGS, CompletionQueueCreationFlags.SINGLE_THREADED);
        }
    }
}
