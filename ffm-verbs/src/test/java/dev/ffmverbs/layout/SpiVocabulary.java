// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.layout.SendRequestLayout;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds every number of {@code dev.ffmverbs.spi.constants} and {@code dev.ffmverbs.spi.layout} by reflection, each
 * with the C expression that must have the same value.
 */
final class SpiVocabulary {

    private final List<ProbeRow> rows = new ArrayList<>();

    private SpiVocabulary() {
    }

    /** Returns rows for all constants, for all members of all structures, and for all offsets. */
    static List<ProbeRow> rows() throws IOException, URISyntaxException, ReflectiveOperationException {
        final SpiVocabulary vocabulary = new SpiVocabulary();
        final Map<String, String> constants = table("constants.txt");
        numbers(AccessFlags.class).forEach((name, value) ->
            vocabulary.rows.add(new ProbeRow(known(constants, name), value)));
        final Map<String, String> fields = table("fields.txt");
        numbers(SendRequestLayout.class).forEach((name, value) -> {
            final String[] field = known(fields, name).split(" ");
            vocabulary.rows.add(new ProbeRow("offsetof(struct " + field[0] + ", " + field[1] + ")", value));
        });
        for (final Class<?> type : PackageClasses.beside(SendRequestLayout.class)) {
            for (final Field field : type.getFields()) {
                if (field.get(null) instanceof StructLayout layout) {
                    vocabulary.addStructure(layout);
                }
            }
        }
        return vocabulary.rows;
    }

    /** Returns the C names of all constants. */
    static Collection<String> constantNames() throws IOException {
        return table("constants.txt").values();
    }

    /** Returns the C names of all structures in the provider interface. */
    static List<String> structureNames() throws IOException, URISyntaxException, ReflectiveOperationException {
        return rows().stream().map(ProbeRow::expression).filter(row -> row.startsWith("sizeof(struct "))
            .map(row -> row.substring("sizeof(struct ".length(), row.length() - 1)).toList();
    }

    /** Returns names without a number and numbers without a name. There must be none. */
    static List<String> mismatches() throws IOException, URISyntaxException, ReflectiveOperationException {
        final List<String> mismatches = new ArrayList<>();
        compareNames("constants.txt", numbers(AccessFlags.class), mismatches);
        compareNames("fields.txt", numbers(SendRequestLayout.class), mismatches);
        return mismatches;
    }

    private static void compareNames(
        final String file, final Map<String, Long> numbers, final List<String> mismatches) throws IOException {
        final Map<String, String> table = table(file);
        table.keySet().stream().filter(name -> !numbers.containsKey(name))
            .forEach(name -> mismatches.add(name + " is in " + file + ", but not in the package"));
        numbers.keySet().stream().filter(name -> !table.containsKey(name))
            .forEach(name -> mismatches.add(name + " has no line in " + file + " with its name in C"));
    }

    private static String known(final Map<String, String> table, final String name) {
        return table.getOrDefault(name, "name_in_C_of_" + name.replace('.', '_') + " is_not_known");
    }

    private static Map<String, String> table(final String file) throws IOException {
        try (InputStream lines = SpiVocabulary.class.getResourceAsStream(file)) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toMap(row -> row[0], row -> row[1], (a, b) -> {
                    throw new IllegalStateException("duplicate name in " + file + ": " + a + ", " + b);
                }, TreeMap::new));
        }
    }

    /** Returns the constants of a package, by {@code Class.NAME}. A size in bytes is that of a structure. */
    private static Map<String, Long> numbers(final Class<?> member)
        throws IOException, URISyntaxException, ReflectiveOperationException {
        final Map<String, Long> numbers = new TreeMap<>();
        for (final Class<?> type : PackageClasses.beside(member)) {
            for (final Field field : type.getFields()) {
                if (isConstant(field)) {
                    numbers.put(type.getSimpleName() + "." + field.getName(), field.getLong(null));
                }
            }
        }
        return numbers;
    }

    private static boolean isConstant(final Field field) {
        return Modifier.isStatic(field.getModifiers()) && (field.getType() == int.class
            || field.getType() == long.class && field.getDeclaringClass().getSimpleName().endsWith("Flags"));
    }

    private void addStructure(final StructLayout layout) {
        final String type = "struct " + layout.name().orElseThrow();
        rows.add(new ProbeRow("sizeof(" + type + ")", layout.byteSize()));
        addMembers(type, "", 0, layout);
    }

    /** Adds the offset and width of each member. {@code path} leads to the group that begins at {@code base}. */
    private void addMembers(final String type, final String path, final long base, final GroupLayout group) {
        for (final MemoryLayout member : group.memberLayouts()) {
            if (member instanceof PaddingLayout) {
                continue;
            }
            final String name = member.name().orElseThrow();
            final long offset = base + group.byteOffset(MemoryLayout.PathElement.groupElement(name));
            rows.add(new ProbeRow("offsetof(" + type + ", " + path + name + ")", offset));
            rows.add(new ProbeRow("sizeof(((" + type + " *) 0)->" + path + name + ")", member.byteSize()));
            if (member instanceof GroupLayout nested) {
                addMembers(type, path + name + ".", offset, nested);
            }
        }
    }
}
