// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.device.Endpoint;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one run does.
 *
 * @param transfer    what is posted.
 * @param lengthBytes bytes per request, a multiple of 4.
 * @param mode        how the ends wait.
 * @param posts       posts in flight on each queue pair.
 * @param queuePairs  number of queue pairs, a multiple of the number of threads.
 * @param threads     number of threads that post.
 * @param mtuBytes    path MTU.
 * @param duration    how long it warms up and is measured.
 */
public record Load(
    Transfer transfer, int lengthBytes, WaitMode mode, int posts, int queuePairs, int threads, int mtuBytes,
    Duration duration) {

    /** Highest number of queue pairs. */
    public static final int MOST_QUEUE_PAIRS = 1024;

    /** Highest number of requests in flight on a queue pair. */
    public static final int MOST_REQUESTS = Endpoint.SEND_REQUESTS;

    private static final int WORDS = 9;
    private static final int WORD_BYTES = 4;

    /**
     * The duration of a run.
     *
     * @param warmUpMs  milliseconds that do not count.
     * @param measureMs milliseconds that count, at least 1.
     */
    public record Duration(int warmUpMs, int measureMs) {
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range; the message says which.
     */
    public Load {
        require(lengthBytes >= WORD_BYTES && lengthBytes % WORD_BYTES == 0, "length", lengthBytes);
        require(posts >= 1 && posts * transfer.requestsPerPost() <= MOST_REQUESTS, "posts in flight", posts);
        require(threads >= 1, "threads", threads);
        require(queuePairs >= threads && queuePairs <= MOST_QUEUE_PAIRS && queuePairs % threads == 0,
            "queue pairs of " + threads + " threads", queuePairs);
        require(duration.warmUpMs() >= 0 && duration.measureMs() >= 1, "milliseconds", duration.measureMs());
    }

    private static void require(final boolean condition, final String what, final int number) {
        if (!condition) {
            throw new IllegalArgumentException("number out of range: " + what + ", " + number);
        }
    }

    /**
     * Returns the name in results.
     *
     * @return for example {@code write-chain-8-block-64-pairs-2-threads}.
     */
    public String label() {
        return transfer.label() + "-" + lengthBytes + "-" + mode.label()
            + (queuePairs == 1 ? "" : "-" + queuePairs + "-pairs") + (threads == 1 ? "" : "-" + threads + "-threads");
    }

    int queuePairsPerThread() {
        return queuePairs / threads;
    }

    int requestsPerQueuePair() {
        return posts * transfer.requestsPerPost();
    }

    /** Returns the number of bytes that all requests of a thread read or write; each has a separate part. */
    long memoryBytesPerThread() {
        return (long) lengthBytes * requestsPerQueuePair() * queuePairsPerThread();
    }

    /** Returns the arguments of a process that reads them by {@link #parse}. */
    List<String> arguments() {
        return Stream.of(transfer, lengthBytes, mode, posts, queuePairs, threads, mtuBytes, duration.warmUpMs(),
            duration.measureMs()).map(Object::toString).toList();
    }

    static Load parse(final List<String> words) {
        if (words.size() != WORDS) {
            throw new IllegalArgumentException("a load has " + WORDS + " words, not " + words);
        }
        int at = 1;
        return new Load(Transfer.valueOf(words.getFirst()), Integer.parseInt(words.get(at++)),
            WaitMode.valueOf(words.get(at++)), Integer.parseInt(words.get(at++)), Integer.parseInt(words.get(at++)),
            Integer.parseInt(words.get(at++)), Integer.parseInt(words.get(at++)),
            new Duration(Integer.parseInt(words.get(at++)), Integer.parseInt(words.get(at))));
    }

    @Override
    public String toString() {
        return transfer.label() + " of " + lengthBytes + " bytes, " + mode.label() + ", " + requestsPerQueuePair()
            + " in flight on each of " + queuePairs + " queue pairs, " + threads + " threads, path MTU " + mtuBytes;
    }
}
