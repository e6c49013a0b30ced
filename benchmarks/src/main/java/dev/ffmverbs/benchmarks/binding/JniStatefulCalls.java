// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

/** Native methods of call objects over {@code jni_verbs.c}. */
abstract class JniStatefulCalls {

    static {
        JniVerbs.load();
    }

    /** Posts the requests of a marshalled command. */
    final native int executePost(long queuePair, long command);

    final native int executePoll(long queue, int maximum, long completions);
}
