// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.VerbsException;
import dev.ffmverbs.cm.ConnectionException;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;

/** Lists the examples, or runs one: {@code NAME [DEVICE [ADDRESS]]}. */
public final class Examples {

    /** The examples, in the order in which to read them. */
    static final List<Example> ALL = List.of(
        new Example("key-value-get", KeyValueGet::main, "a table from which another process READs"),
        new Example("remote-lock", RemoteLock::main,
            "a lock by COMPARE_AND_SWAP that two processes take in turns"),
        new Example("remote-procedure-call", RemoteProcedureCall::main,
            "questions and answers by SEND, with a shared receive queue and a completion channel"),
        new Example("message-ring", MessageRing::main, "a ring of messages by WRITE, with credits"),
        new Example("discovery", Discovery::main, "questions and answers by datagrams, without a connection"),
        new Example("futures", Futures::main,
            "futures of requests, and a hundred virtual threads that wait for READs"),
        new Example("recording", Recording::main,
            "READs and the counters of the device in the JDK Flight Recorder"),
        new Example("metrics", Metrics::main, "meters of Micrometer for two nodes and their heartbeats"),
        new Example("active-and-standby", ActiveAndStandby::main,
            "two nodes and a witness: one is killed, the other takes over"));

    /**
     * An example.
     *
     * @param name    its name on the command line.
     * @param program its main method.
     * @param summary what it shows, in a line.
     */
    record Example(String name, Program program, String summary) {
    }

    /** The main method of an example. */
    @FunctionalInterface
    interface Program {
        void run(String... arguments) throws Exception;
    }

    private Examples() {
    }

    /**
     * Lists the examples if there is no argument; otherwise runs the one that the first argument names. The status of
     * the process is 2 if the arguments are malformed or name what is not there, and 1 if anything else fails.
     *
     * @param arguments the name of an example, and its arguments.
     * @throws Exception if anything fails that a message does not explain.
     */
    public static void main(final String[] arguments) throws Exception {
        if (arguments.length == 0 || arguments[0].equals("--help")) {
            System.out.println("ffm-verbs/bin/examples NAME [DEVICE [ADDRESS]], by default on soft0 at 127.0.0.1:");
            for (final Example example : ALL) {
                System.out.printf("  %-22s %s%n", example.name(), example.summary());
            }
            return;
        }
        for (final Example example : ALL) {
            if (example.name().equals(arguments[0])) {
                run(example, Arrays.copyOfRange(arguments, 1, arguments.length));
                return;
            }
        }
        fail("there is no example " + arguments[0] + "; without arguments, this lists them", 2);
    }

    private static void run(final Example example, final String[] arguments) throws Exception {
        try {
            example.program().run(arguments);
        } catch (final IllegalArgumentException | NoSuchElementException e) {
            fail(e.getMessage(), 2);
        } catch (final VerbsException | ConnectionException e) {
            fail(e.getMessage(), 1);
        }
    }

    private static void fail(final String message, final int status) {
        System.err.println("examples: " + message);
        System.exit(status);
    }
}
