// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import dev.ffmverbs.jextract.ffm_verbs_h;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.UnionLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds every size, offset and constant of {@code dev.ffmverbs.jextract} by reflection, each with its C name.
 *
 * <p>The class needs no library and no JUnit, so that a bare JVM can run it.
 */
final class GeneratedLayouts {

    /** Structs of glibc that others embed. Their members are private to glibc and change. Only their sizes matter. */
    private static final Set<String> OPAQUE = Set.of("pthread_mutex_t", "pthread_cond_t");

    private final List<ProbeRow> rows = new ArrayList<>();

    private GeneratedLayouts() {
    }

    /** Returns rows for all structs and unions that C code can name, and for all constants. */
    static List<ProbeRow> rows() throws ReflectiveOperationException, IOException, URISyntaxException {
        GeneratedLayouts layouts = new GeneratedLayouts();
        for (Class<?> generated : PackageClasses.beside(ffm_verbs_h.class)) {
            if (isGroup(generated)) {
                layouts.addGroup(generated);
            }
        }
        layouts.addConstants();
        return layouts.rows;
    }

    private static boolean isGroup(Class<?> generated) {
        return Arrays.stream(generated.getMethods()).anyMatch(method -> method.getName().equals("sizeof"));
    }

    private void addGroup(Class<?> group) throws ReflectiveOperationException {
        String name = group.getSimpleName();
        if (OPAQUE.contains(name)) {
            rows.add(new ProbeRow("sizeof(" + name + ")", number(group.getMethod("sizeof"))));
            return;
        }
        GroupLayout layout = (GroupLayout) group.getMethod("layout").invoke(null);
        String type = (layout instanceof UnionLayout ? "union " : "struct ") + name;
        rows.add(new ProbeRow("sizeof(" + type + ")", number(group.getMethod("sizeof"))));
        addFields(group, type, "");
        if (name.equals("verbs_context")) {
            addDistancesFromContext(group, type);
        } else {
            addOffsets(group, type, "");
        }
    }

    /** Adds the sizes of the fields. {@code path} leads from {@code type} to the group of the fields. */
    private void addFields(Class<?> group, String type, String path) throws ReflectiveOperationException {
        for (String field : fields(group)) {
            MemoryLayout layout = (MemoryLayout) group.getMethod(field + "$layout").invoke(null);
            rows.add(new ProbeRow("sizeof(((" + type + " *) 0)->" + path + field + ")", layout.byteSize()));
        }
        for (Class<?> nested : group.getClasses()) {
            if (isGroup(nested)) {
                String name = nested.getSimpleName();
                String sizeOfGroup = "sizeof(((" + type + " *) 0)->" + path + name + ")";
                rows.add(new ProbeRow(sizeOfGroup, number(nested.getMethod("sizeof"))));
                addFields(nested, type, path + name + ".");
                addOffsets(nested, type, path + name + ".");
            }
        }
    }

    /** Adds the offsets of the fields from the start of their group, as the generated methods return them. */
    private void addOffsets(Class<?> group, String type, String path) throws ReflectiveOperationException {
        String start = path.isEmpty() ? ""
                : " - offsetof(" + type + ", " + path.substring(0, path.length() - 1) + ")";
        for (String field : fields(group)) {
            rows.add(new ProbeRow("offsetof(" + type + ", " + path + field + ")" + start,
                    number(group.getMethod(field + "$offset"))));
        }
    }

    /**
     * Adds offsets in {@code verbs_context} relative to its last field, {@code context}. New operations go in front, so
     * this distance is the same in every release. {@code verbs_get_ctx_op} of {@code verbs.h} relies on it too.
     */
    private void addDistancesFromContext(Class<?> group, String type) throws ReflectiveOperationException {
        long context = number(group.getMethod("context$offset"));
        String contextInC = "offsetof(" + type + ", context)";
        for (String field : fields(group)) {
            rows.add(new ProbeRow(contextInC + " - offsetof(" + type + ", " + field + ")",
                    context - number(group.getMethod(field + "$offset"))));
        }
        rows.add(new ProbeRow("sizeof(" + type + ") - " + contextInC, number(group.getMethod("sizeof")) - context));
    }

    private static Set<String> fields(Class<?> group) {
        return Arrays.stream(group.getMethods()).map(Method::getName)
                .filter(name -> name.endsWith("$offset"))
                .map(name -> name.substring(0, name.length() - "$offset".length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A constant is a method without parameters and without a {@code $descriptor}. Functions have a descriptor. */
    private void addConstants() throws ReflectiveOperationException {
        Method[] methods = ffm_verbs_h.class.getMethods();
        Set<String> names = Arrays.stream(methods).map(Method::getName).collect(Collectors.toSet());
        for (Method method : methods) {
            String name = method.getName();
            if (Modifier.isStatic(method.getModifiers()) && method.getParameterCount() == 0
                    && !name.contains("$") && !names.contains(name + "$descriptor")) {
                rows.add(new ProbeRow(name, number(method)));
            }
        }
    }

    private static long number(Method method) throws ReflectiveOperationException {
        return switch (method.invoke(null)) {
            case Integer value -> value;
            case Long value -> value;
            case MemorySegment pointer -> pointer.address();
            case Object other -> throw new IllegalStateException(method + " answers " + other + ": not a number");
        };
    }
}
