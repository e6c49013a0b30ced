// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

/** What is measured. */
public enum Transfer {

    /** READs of 8 bytes, one at a time: latency. */
    READ("read", true, 8, 1),

    /** WRITEs of 8 bytes, sixteen posted by one call: message rate. */
    WRITE_CHAIN("write-chain", false, 8, 16),

    /** READs of 64 KiB, several at a time: throughput. */
    READ_STREAM("read-stream", true, 1 << 16, 1),

    /** WRITEs of 64 KiB, several at a time: throughput. */
    WRITE_STREAM("write-stream", false, 1 << 16, 1),

    /** Messages there and back, one at a time. {@code bench messages} measures them, between its own programs. */
    MESSAGE("message", false, 32, 1);

    private final String label;
    private final boolean reads;
    private final int lengthBytes;
    private final int requestsPerPost;

    Transfer(final String label, final boolean reads, final int lengthBytes, final int requestsPerPost) {
        this.label = label;
        this.reads = reads;
        this.lengthBytes = lengthBytes;
        this.requestsPerPost = requestsPerPost;
    }

    String label() {
        return label;
    }

    boolean reads() {
        return reads;
    }

    /**
     * Returns the usual length of a request.
     *
     * @return bytes.
     */
    public int lengthBytes() {
        return lengthBytes;
    }

    /**
     * Returns the number of requests that are posted by one call.
     *
     * @return at least 1.
     */
    public int requestsPerPost() {
        return requestsPerPost;
    }
}
