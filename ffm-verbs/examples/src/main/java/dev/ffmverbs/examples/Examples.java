// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import java.util.Arrays;
import java.util.Locale;

/** Lists the examples, or runs one: {@code NAME [DEVICE [ADDRESS]]}. */
public final class Examples {

    /** The examples, in the order in which to read them. */
    enum Example {
        KEY_VALUE_GET(KeyValueGet::main, "a table from which another process READs"),
        REMOTE_LOCK(RemoteLock::main, "a lock by COMPARE_AND_SWAP that two processes take in turns"),
        REMOTE_PROCEDURE_CALL(RemoteProcedureCall::main,
            "questions and answers by SEND, with a shared receive queue and a completion channel"),
        MESSAGE_RING(MessageRing::main, "a ring of messages by WRITE, with credits"),
        DISCOVERY(Discovery::main, "questions and answers by datagrams, without a connection"),
        FUTURES(Futures::main, "futures of requests, and a hundred virtual threads that wait for READs"),
        RECORDING(Recording::main, "READs and the counters of the device in the JDK Flight Recorder"),
        METRICS(Metrics::main, "meters of Micrometer for two nodes and their heartbeats"),
        ACTIVE_AND_STANDBY(ActiveAndStandby::main, "two nodes and a witness: one is killed, the other takes over");

        // Always a method reference, which has no state.
        @SuppressWarnings("ImmutableEnumChecker")
        private final Program program;
        private final String summary;

        Example(final Program program, final String summary) {
            this.program = program;
            this.summary = summary;
        }

        /** Returns the name on the command line, such as {@code key-value-get}. */
        String commandName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        String summary() {
            return summary;
        }
    }

    /** The main method of an example. */
    @FunctionalInterface
    interface Program {
        void run(String[] arguments) throws Exception;
    }

    private Examples() {
    }

    /**
     * Lists the examples if there is no argument; otherwise runs the one that the first argument names.
     *
     * @param arguments the name of an example, and its arguments.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        if (arguments.length == 0 || arguments[0].equals("--help")) {
            System.out.println("ffm-verbs/bin/examples NAME [DEVICE [ADDRESS]], by default on soft0 at 127.0.0.1:");
            for (final Example example : Example.values()) {
                System.out.printf("  %-22s %s%n", example.commandName(), example.summary());
            }
            return;
        }
        for (final Example example : Example.values()) {
            if (example.commandName().equals(arguments[0])) {
                example.program.run(Arrays.copyOfRange(arguments, 1, arguments.length));
                return;
            }
        }
        System.err.println("examples: there is no example " + arguments[0] + "; without arguments, this lists them");
        System.exit(2);
    }
}
