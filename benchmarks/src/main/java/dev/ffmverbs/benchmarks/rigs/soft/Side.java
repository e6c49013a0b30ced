// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.io.IOException;
import java.util.Optional;

/** Something that moves data between two processes, and is compared with others. */
public interface Side {

    /**
     * Returns its name in results.
     *
     * @return for example {@code soft}.
     */
    String name();

    /**
     * Describes it.
     *
     * @return a sentence.
     */
    String description();

    /**
     * Returns whether it is a program in C.
     *
     * @return false for what runs in a JVM.
     */
    boolean isC();

    /**
     * Returns whether it is somebody else's library, whose objects are counted beside this project's.
     *
     * @return true for jucx and Aeron.
     */
    default boolean isPeer() {
        return false;
    }

    /**
     * Returns why it cannot do something.
     *
     * @param load what it would do.
     * @return the reason; empty if it can.
     */
    default Optional<String> whyNot(final Load load) {
        return load.transfer() == Transfer.MESSAGE ? Optional.of("it moves no messages") : Optional.empty();
    }

    /**
     * Runs both processes.
     *
     * @param load what they do.
     * @return what the measuring process measured, with the processor time of both.
     * @throws IOException if a process fails; the message has what it printed.
     */
    Figures run(Load load) throws IOException;
}
