// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks rules for every public type. */
class PublicTypesTest {

    /** Types that may print {@code Name@hash}, each with the reason. */
    private static final Set<String> WITHOUT_TEXT = Set.of();

    /** Returns all types of the packages that the module exports. */
    private static List<Class<?>> exportedTypes() throws IOException {
        final String file = Verbs.class.getName().replace('.', '/') + ".class";
        final String url = Verbs.class.getResource("/" + file).toString();
        final URI root = URI.create(url.substring(0, url.length() - file.length()));
        if ("file".equals(root.getScheme())) {
            return exportedTypes(Path.of(root));
        }
        try (FileSystem jar = FileSystems.newFileSystem(
            Path.of(URI.create(root.toString().substring("jar:".length(), root.toString().indexOf('!')))))) {
            return exportedTypes(jar.getPath("/"));
        }
    }

    private static List<Class<?>> exportedTypes(final Path root) throws IOException {
        final List<Class<?>> types = new ArrayList<>();
        try (InputStream descriptor = Files.newInputStream(root.resolve("module-info.class"))) {
            final Set<String> exported = ModuleDescriptor.read(descriptor).exports().stream()
                .filter(exports -> !exports.isQualified()).map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
            for (final String name : exported) {
                try (Stream<Path> files = Files.list(root.resolve(name.replace('.', '/')))) {
                    for (final Path file : files.filter(PublicTypesTest::isClass).toList()) {
                        types.add(load(name + "." + file.getFileName().toString().replace(".class", "")));
                    }
                }
            }
        }
        return types.stream().filter(type -> Modifier.isPublic(type.getModifiers())).toList();
    }

    private static boolean isClass(final Path file) {
        return file.toString().endsWith(".class") && !file.endsWith("package-info.class");
    }

    private static Class<?> load(final String name) {
        try {
            return Class.forName(name, false, Verbs.class.getClassLoader());
        } catch (final ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasObjects(final Class<?> type) {
        return !type.isInterface() && !Modifier.isAbstract(type.getModifiers()) && Arrays.stream(
            type.getDeclaredMethods()).map(Method::getModifiers).anyMatch(modifiers -> !Modifier.isStatic(modifiers));
    }

    @Test
    void everyOneTellsItsFieldsInItsText() throws Exception {
        final List<String> without = new ArrayList<>();
        final List<Class<?>> types = exportedTypes();
        for (final Class<?> type : types) {
            if (hasObjects(type) && type.getMethod("toString").getDeclaringClass() == Object.class
                && !WITHOUT_TEXT.contains(type.getName())) {
                without.add(type.getName());
            }
        }

        assertTrue(types.size() > 50, types.toString());
        assertEquals(List.of(), without);
    }
}
