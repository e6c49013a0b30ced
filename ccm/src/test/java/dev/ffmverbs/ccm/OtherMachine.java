// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * The process that runs the same tests on another machine. Each test runs on both machines at the same time, and each
 * machine has a node. The two processes meet over TCP where one has to wait for the other.
 *
 * <p>Properties {@code ccm.machines.self} and {@code ccm.machines.other} are the addresses of the two machines'
 * devices; without them the tests are skipped. {@code benchmarks/lab/suite --two-guests} runs them in two guests of the
 * lab. If a test fails on one machine, the connection ends and later tests fail on both, so read the first failure.
 */
public final class OtherMachine
    implements BeforeAllCallback, BeforeEachCallback, TestExecutionExceptionHandler, AfterAllCallback {

    private static final String SELF = System.getProperty("ccm.machines.self");
    private static final String OTHER = System.getProperty("ccm.machines.other");
    private static final int MEETING_PORT = 7_400;
    private static final int FIRST_NODE_PORT = 7_500;
    private static final long LIMIT_MS = TimeUnit.SECONDS.toMillis(100);

    private Socket connection;
    private BufferedReader received;
    private PrintWriter sent;
    private int testNumber;

    /** Creates the meeting point of a test class. Its two processes meet before its first test. */
    public OtherMachine() { }

    /** Whether this machine is the first of the two, which runs node A. */
    public boolean isFirst() {
        return Arrays.compareUnsigned(literal(SELF).getAddress(), literal(OTHER).getAddress()) < 0;
    }

    /** Returns the device of this machine that has its configured address. */
    public Device device() {
        final InetAddress self = literal(SELF);
        return Verbs.devices().stream().filter(device -> DeviceAddresses.of(device).contains(self)).findFirst()
            .orElseThrow(() -> new AssertionError("no device has the address " + SELF + ": " + Verbs.devices()));
    }

    /** Returns where this machine's node listens in the present test. */
    public InetSocketAddress ownAddress() {
        return new InetSocketAddress(literal(SELF), FIRST_NODE_PORT + testNumber);
    }

    /** Returns where the other machine's node listens in the present test. */
    public InetSocketAddress partnerAddress() {
        return new InetSocketAddress(literal(OTHER), FIRST_NODE_PORT + testNumber);
    }

    private static InetAddress literal(final String address) {
        return InetAddress.ofLiteral(address);
    }

    /** Waits until the other machine has reached the same place. */
    public void meet(final String place) {
        exchange(place, "");
    }

    /** Waits until the other machine has reached the same place, and returns the word that it sent. */
    public String exchange(final String place, final Object word) {
        sent.println(place + "=" + word);
        try {
            final String answer = received.readLine();
            if (answer == null || !answer.startsWith(place + "=")) {
                throw new AssertionError("at \"" + place + "\", but the other machine "
                    + (answer == null ? "has left: a test failed there" : "is at \"" + answer + "\""));
            }
            return answer.substring(place.length() + 1);
        } catch (final IOException e) {
            throw new AssertionError("the other machine did not reach \"" + place + "\": " + e.getMessage(), e);
        }
    }

    @Override
    public void beforeAll(final ExtensionContext context) throws IOException, InterruptedException {
        if (SELF == null || OTHER == null) {
            return;
        }
        connection = isFirst() ? accept() : connect();
        connection.setSoTimeout((int) LIMIT_MS);
        received =
            new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        sent = new PrintWriter(connection.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    private static Socket accept() throws IOException {
        try (ServerSocket listener = new ServerSocket(MEETING_PORT, 1, literal(SELF))) {
            listener.setSoTimeout((int) LIMIT_MS);
            return listener.accept();
        }
    }

    private static Socket connect() throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        while (true) {
            try {
                return new Socket(literal(OTHER), MEETING_PORT, literal(SELF), 0);
            } catch (final ConnectException e) {
                if (System.nanoTime() - startNs > TimeUnit.MILLISECONDS.toNanos(LIMIT_MS)) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    @Override
    public void beforeEach(final ExtensionContext context) {
        Assumptions.assumeTrue(SELF != null && OTHER != null,
            "this needs two machines: run benchmarks/lab/suite --two-guests, or on each of two machines with"
                + " devices set -Dccm.machines.self and -Dccm.machines.other to the addresses of this machine's device"
                + " and the other's");
        testNumber++;
        meet(context.getRequiredTestMethod().getName());
    }

    @Override
    public void handleTestExecutionException(final ExtensionContext context, final Throwable failure)
        throws Throwable {
        connection.close();
        throw failure;
    }

    @Override
    public void afterAll(final ExtensionContext context) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
