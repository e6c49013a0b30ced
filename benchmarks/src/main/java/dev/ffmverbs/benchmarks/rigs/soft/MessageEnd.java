// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

/** An end that sends and receives messages, used by one thread. Neither method blocks. */
interface MessageEnd {

    /** Called once by the thread that will use this end. */
    default void begin() {
        // Most ends may be used by any thread.
    }

    /**
     * Sends a message.
     *
     * @param number      number in its first eight bytes.
     * @param lengthBytes its length, at least 8.
     * @return false if there was no room, or the peer is not connected yet; try again.
     */
    boolean send(long number, int lengthBytes);

    /**
     * Takes a message, and does what else the end has to do.
     *
     * @return whether there was one. {@link #number} and {@link #lengthBytes} describe it.
     */
    boolean receive();

    /** Returns the number of the last message. */
    long number();

    /** Returns the length of the last message. */
    int lengthBytes();
}
