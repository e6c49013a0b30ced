// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.coverage;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds methods and tests by the names that the tables give them. */
final class NamedMembers {

    private static final String ROOT = "dev.ffmverbs.";
    private static final List<String> EXPORTED = List.of(ROOT, ROOT + "cm.");
    private static final String GENERATED = ROOT + "jextract.";
    private static final Set<String> TEST_ANNOTATIONS = Set.of("Test", "ParameterizedTest", "RepeatedTest");

    private NamedMembers() {
    }

    /** Returns what is wrong with a public type or method, such as {@code Context.gid}; empty if it exists. */
    static Optional<String> flawOfApi(final String name) {
        final int dot = name.indexOf('.');
        final String type = dot < 0 ? name : name.substring(0, dot);
        for (final String prefix : EXPORTED) {
            final Optional<Class<?>> found = find(prefix + type);
            if (found.isPresent() && Modifier.isPublic(found.get().getModifiers())) {
                return dot < 0 || hasMethod(found.get().getMethods(), name.substring(dot + 1)) ? Optional.empty()
                    : Optional.of("there is no public method " + name);
            }
        }
        return Optional.of("there is no public type " + type);
    }

    /** Returns what is wrong with a generated function or function pointer; empty if it exists. */
    static Optional<String> flawOfWayOut(final String name) {
        final int dot = name.indexOf('.');
        final String member = name.substring(dot + 1);
        return find(GENERATED + name.substring(0, dot))
            .filter(type -> hasMethod(type.getMethods(), member + "$descriptor")
                || Arrays.stream(type.getClasses()).anyMatch(nested -> nested.getSimpleName().equals(member)
                    && hasMethod(nested.getMethods(), "invoke")))
            .isPresent() ? Optional.empty() : Optional.of("nothing to call is generated for " + name);
    }

    /** Returns what is wrong with a test, such as {@code cm.ConnectionTest.refusesAPortInUse}; empty if it exists. */
    static Optional<String> flawOfTest(final String name) {
        final int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return Optional.of(name + " names no test method");
        }
        return find(ROOT + name.substring(0, dot)).filter(type -> Arrays.stream(type.getDeclaredMethods())
            .anyMatch(method -> method.getName().equals(name.substring(dot + 1)) && isTest(method)))
            .isPresent() ? Optional.empty() : Optional.of("there is no test " + name);
    }

    private static boolean isTest(final Method method) {
        return Arrays.stream(method.getAnnotations())
            .anyMatch(annotation -> TEST_ANNOTATIONS.contains(annotation.annotationType().getSimpleName()));
    }

    private static boolean hasMethod(final Method[] methods, final String name) {
        return Arrays.stream(methods).map(Method::getName).anyMatch(name::equals);
    }

    private static Optional<Class<?>> find(final String name) {
        try {
            return Optional.of(Class.forName(name, false, NamedMembers.class.getClassLoader()));
        } catch (final ClassNotFoundException e) {
            return Optional.empty();
        }
    }
}
