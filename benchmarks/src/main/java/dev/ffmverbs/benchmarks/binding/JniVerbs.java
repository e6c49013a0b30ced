// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

/** Native methods over {@code jni_verbs.c}: addresses are longs, and nothing is checked, as in C. */
final class JniVerbs {

    /** System property with the file name of the library. */
    static final String LIBRARY_PROPERTY = "dev.ffmverbs.benchmarks.jni";

    static {
        load();
    }

    private JniVerbs() {
    }

    /** The library is named by {@code bench}, which starts this process. */
    @SuppressWarnings("restricted")
    static void load() {
        final String file = System.getProperty(LIBRARY_PROPERTY);
        if (file == null) {
            throw new IllegalStateException("the system property " + LIBRARY_PROPERTY
                + " must name the JNI library that bench builds");
        }
        System.load(file);
    }

    static native int poll(long queue, int maximum, long completions);

    static native int postSend(long queuePair, long request, long badRequest);

    static native int postReceive(long queuePair, long request, long badRequest);

    /** Returns the address of a {@code struct ibv_mr}, 0 on failure. */
    static native long register(long loopback, long address, long lengthBytes);

    static native int deregister(long region);

    /** Returns the address of a {@code struct loopback}. */
    static native long open(String deviceName, long bufferBytes);

    static native void close(long loopback);

    static native long queuePair(long loopback, boolean far);

    static native long sendQueue(long loopback, boolean far);

    static native long receiveQueue(long loopback, boolean far);

    static native long bufferAddress(long loopback);

    static native int localKey(long loopback);

    static native int remoteKey(long loopback);
}
