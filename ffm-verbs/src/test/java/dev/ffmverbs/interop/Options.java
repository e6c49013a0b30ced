// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code --name value} pairs of a command line. */
final class Options {

    private final Map<String, String> values = new HashMap<>();

    /**
     * Reads pairs.
     *
     * @param arguments pairs only.
     * @param names     the valid names, without the dashes.
     * @throws IllegalArgumentException if a pair is incomplete or has another name.
     */
    Options(final List<String> arguments, final Set<String> names) {
        for (int index = 0; index < arguments.size(); index += 2) {
            final String argument = arguments.get(index);
            if (!argument.startsWith("--") || !names.contains(argument.substring(2))) {
                throw new IllegalArgumentException(argument + " is not an option");
            }
            if (index + 1 == arguments.size()) {
                throw new IllegalArgumentException(argument + " needs a value");
            }
            values.put(argument.substring(2), arguments.get(index + 1));
        }
    }

    String text(final String name) {
        final String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    String text(final String name, final String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(final String name, final int otherwise) {
        return values.containsKey(name) ? Integer.parseInt(values.get(name)) : otherwise;
    }
}
