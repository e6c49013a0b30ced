// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.injection;

/** Decides at every call whether it throws. Armed from outside, it fires at the n-th call of threads of one kind. */
public final class Injection {

    /** The error that is thrown. */
    public enum Kind {
        OUT_OF_MEMORY, STACK_OVERFLOW, NO_CLASS, ASSERTION;

        Error create() {
            return switch (this) {
                case OUT_OF_MEMORY -> new OutOfMemoryError("injected");
                case STACK_OVERFLOW -> new StackOverflowError("injected");
                case NO_CLASS -> new NoClassDefFoundError("injected");
                case ASSERTION -> new AssertionError("injected");
            };
        }
    }

    private static final Object LOCK = new Object();

    private static volatile boolean armed;
    private static String threadPrefix;
    private static Kind kind;
    private static long callsLeft;
    private static int errorsLeft;
    private static String place;

    private Injection() {
    }

    /** Makes this many calls in a row throw, from the n-th call of threads whose names have this prefix. */
    static void arm(final String prefix, final Kind newKind, final long call, final int errors) {
        synchronized (LOCK) {
            threadPrefix = prefix;
            kind = newKind;
            callsLeft = call;
            errorsLeft = errors;
            place = "nowhere yet";
            armed = true;
        }
    }

    static void disarm() {
        armed = false;
    }

    /** Returns where it first fired. */
    static String place() {
        synchronized (LOCK) {
            return place;
        }
    }

    /** Called before every call. */
    public static void pass() {
        if (armed && Thread.currentThread().getName().startsWith(threadPrefix)) {
            count();
        }
    }

    private static void count() {
        synchronized (LOCK) {
            callsLeft--;
            if (!armed || callsLeft > 0) {
                return;
            }
            if (callsLeft == 0) {
                place = StackWalker.getInstance().walk(frames -> frames.skip(2).findFirst().orElseThrow()).toString();
            }
            errorsLeft--;
            armed = errorsLeft > 0;
        }
        throw kind.create();
    }
}
