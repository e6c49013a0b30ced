// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.device.OperationException;
import dev.ffmverbs.benchmarks.jucx.JucxCounter;
import dev.ffmverbs.benchmarks.jucx.JucxEnd;
import java.time.Duration;
import java.util.Arrays;

/** The loop of the thread that reads and writes through jucx. It does what {@link RequestLoop} does with verbs. */
final class JucxRequestLoop extends MeasuredLoop {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final JucxEnd end;
    private final Load load;
    private final boolean polls;
    private final JucxCounter[] posts;
    private final long[] postedNs;
    private long operations;

    JucxRequestLoop(final JucxEnd end, final Load load, final boolean polls) {
        this.end = end;
        this.load = load;
        this.polls = polls;
        posts = new JucxCounter[load.posts()];
        Arrays.setAll(posts, post -> new JucxCounter());
        postedNs = new long[posts.length];
    }

    @Override
    long[] operationsOfPairs() {
        return new long[] {operations};
    }

    @Override
    public void run() {
        for (int i = 0; i < posts.length; i++) {
            post(i);
        }
        final int requestsPerPost = load.transfer().requestsPerPost();
        final JucxEnd end = this.end;
        int inFlight = posts.length;
        long lastNs = System.nanoTime();
        while (inFlight > 0) {
            if (end.progress() == 0) {
                requireProgressSince(lastNs);
                if (!polls) {
                    end.sleep();
                }
            }
            final Phase phase = phase();
            for (int i = 0; i < posts.length; i++) {
                if (posts[i].take() == 0) {
                    continue;
                }
                lastNs = System.nanoTime();
                if (phase == Phase.MEASURE) {
                    times().add(lastNs - postedNs[i]);
                    operations += requestsPerPost;
                }
                if (phase == Phase.DONE) {
                    inFlight--;
                } else {
                    post(i);
                }
            }
        }
    }

    private static void requireProgressSince(final long lastNs) {
        if (System.nanoTime() - lastNs > LIMIT.toNanos()) {
            throw new OperationException("nothing of jucx completed within " + LIMIT.toSeconds()
                + " s: has the other end died?");
        }
    }

    /** Posts the requests of a post. Each has a separate part of both buffers; the last one's completion is counted. */
    private void post(final int number) {
        postedNs[number] = System.nanoTime();
        final int requests = load.transfer().requestsPerPost();
        final int lengthBytes = load.lengthBytes();
        final long offsetBytes = (long) lengthBytes * number * requests;
        if (load.transfer().reads()) {
            end.get(offsetBytes, lengthBytes, posts[number]);
            return;
        }
        for (int i = 0; i < requests; i++) {
            end.put(offsetBytes + (long) i * lengthBytes, lengthBytes);
        }
        end.flush(posts[number]);
    }
}
