// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Describes the open objects that prevent another from being closed. The message is short for any number of objects.
 */
public final class OpenObjects {

    private static final int NAMED_PER_CLASS = 3;

    private OpenObjects() {
    }

    /**
     * Counts objects by class, and names the first few of each class by {@code toString}.
     *
     * @param objects open objects; the collection may change concurrently.
     * @return a clause such as {@code 2 objects that need it are open: 1 CompletionQueue (CompletionQueue of 16
     *     entries), 1 ProtectionDomain (ProtectionDomain of soft0)}.
     */
    public static String describe(final Collection<?> objects) {
        final Map<String, List<Object>> byClass = objects.stream()
            .collect(Collectors.groupingBy(object -> object.getClass().getSimpleName(), TreeMap::new,
                Collectors.toList()));
        final long count = byClass.values().stream().mapToLong(List::size).sum();
        return (count == 1 ? "1 object that needs it is open: " : count + " objects that need it are open: ")
            + byClass.entrySet().stream().map(entry -> describe(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String describe(final String className, final List<Object> objects) {
        return objects.stream().limit(NAMED_PER_CLASS).map(Object::toString).sorted().collect(Collectors.joining(
            ", ", objects.size() + " " + className + " (", objects.size() > NAMED_PER_CLASS ? ", ...)" : ")"));
    }
}
