// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.addresses;

import dev.ffmverbs.Verbs;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace with a veth pair: v0 has 10.77.0.1, 10.77.0.9 and fd77::1, v1 has 10.77.0.2 and fd77::2. Creating
 * it requires root.
 */
final class VethNamespace implements AutoCloseable {

    private static final long LIMIT_S = 20;

    private final String name = "ffm-verbs-" + ProcessHandle.current().pid();

    VethNamespace() throws InterruptedException {
        Assumptions.assumeTrue(run("ip", "netns", "add", name),
            "only root can create a network namespace, by the program ip of iproute2");
        // Otherwise, the kernel would ask for 2 s whether another host has the link-local addresses.
        run("ip", "netns", "exec", name, "sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad");
        for (final String orders : List.of("link add v0 type veth peer name v1", "link set lo up", "link set v0 up",
            "link set v1 up", "address add 10.77.0.1/24 dev v0", "address add 10.77.0.9/24 dev v0",
            "address add fd77::1/64 dev v0 nodad", "address add 10.77.0.2/24 dev v1",
            "address add fd77::2/64 dev v1 nodad")) {
            if (!ip(orders)) {
                close();
                Assumptions.abort("this machine cannot do 'ip " + orders + "'");
            }
        }
        awaitLinkLocalAddresses();
    }

    /** A link-local address cannot be bound while the kernel asks whether another host has it. */
    private void awaitLinkLocalAddresses() throws InterruptedException {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_S)
            && run("sh", "-c", "ip -n " + name + " -6 address show tentative | grep -q inet6")) {
            Thread.sleep(100);
        }
    }

    private boolean ip(final String orders) {
        final List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(orders.split(" ")));
        return run(command.toArray(String[]::new));
    }

    private static boolean run(final String... command) {
        try {
            final Process process = new ProcessBuilder(command).inheritIO().start();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return process.exitValue() == 0;
        } catch (final IOException e) {
            return false;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns the beginning of a command that runs another one in this namespace. */
    List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Returns the class path of programs, whether this JVM has the library on its class path or its module path. */
    static String classPath() {
        return Stream.of(root(Verbs.class), root(VethNamespace.class), System.getProperty("surefire.test.class.path"),
            System.getProperty("java.class.path"), System.getProperty("jdk.module.path"))
            .filter(Objects::nonNull).collect(Collectors.joining(File.pathSeparator));
    }

    /** Returns the folder of a class. The code source of a class patched into a module does not contain it. */
    private static String root(final Class<?> type) {
        final String file = type.getName().replace('.', '/') + ".class";
        final String url = type.getResource("/" + file).toString();
        final String root = url.substring(0, url.length() - file.length());
        return Path.of(URI.create(root.startsWith("jar:") ? root.substring(4, root.length() - 2) : root)).toString();
    }

    @Override
    public void close() {
        run("ip", "netns", "delete", name);
    }
}
