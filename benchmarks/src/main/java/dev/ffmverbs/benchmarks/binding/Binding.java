// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.jucx.JucxTransport;
import dev.ffmverbs.benchmarks.result.Family;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A way to call verbs from Java. Every measurement has its own JVM, started with the options the binding asks for. */
public interface Binding {

    /**
     * Returns its name on the command line and in results.
     *
     * @return a word in lower case.
     */
    String name();

    /**
     * Returns the means by which it calls.
     *
     * @return the family.
     */
    Family family();

    /**
     * Describes it for readers of the report.
     *
     * @return one sentence.
     */
    String description();

    /**
     * Returns why it cannot be measured on a device.
     *
     * @param device the device.
     * @return the reason; empty if it can.
     */
    Optional<String> whyNot(MeasuredDevice device);

    /**
     * Returns options of the JVM it is measured in.
     *
     * @param device the device.
     * @return options, possibly none.
     */
    List<String> jvmOptions(MeasuredDevice device);

    /**
     * Returns what its process needs on the class path besides this program.
     *
     * @return a class path; empty if it needs nothing.
     */
    default String classPath() {
        return "";
    }

    /**
     * Returns what precedes the command line of its process.
     *
     * @return words, possibly none.
     */
    default List<String> prefix() {
        return List.of();
    }

    /**
     * Opens a device.
     *
     * @param deviceName  the device's name among verbs devices.
     * @param bufferBytes length of the session's buffer.
     * @return the session, connected.
     */
    BindingSession open(String deviceName, long bufferBytes);

    /**
     * Returns all bindings.
     *
     * @return the bindings in the order in which reports show them.
     */
    static List<Binding> all() {
        return Stream.concat(StreamSupport.stream(ServiceLoader.load(Binding.class).spliterator(), false),
            Arrays.stream(JucxTransport.values()).map(JucxBinding::new)).toList();
    }

    /**
     * Finds the binding of a name.
     *
     * @param name the name.
     * @return the binding.
     * @throws NoSuchElementException if there is none; the message lists those that exist.
     */
    static Binding find(final String name) {
        final List<Binding> all = all();
        return all.stream().filter(binding -> binding.name().equals(name)).findFirst()
            .orElseThrow(() -> new NoSuchElementException("no Java binding named " + name + "; these exist: "
                + all.stream().map(Binding::name).collect(Collectors.joining(", "))));
    }
}
