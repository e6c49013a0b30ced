// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Verbs;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All code takes the structures and constants of the provider interface from that interface only. */
@Timeout(60)
class OneHomeTest {

    private static final String GENERATED = "dev/ffmverbs/jextract/";
    private static final String NATIVE = "dev/ffmverbs/ibverbs/";

    /** Returns the class files of the library without the generated ones, as text with one character per byte. */
    private static Map<String, String> classes() throws IOException {
        final String file = Verbs.class.getName().replace('.', '/') + ".class";
        final String url = Verbs.class.getResource("/" + file).toString();
        final URI root = URI.create(url.substring(0, url.length() - file.length()));
        if ("file".equals(root.getScheme())) {
            return classes(Path.of(root));
        }
        try (FileSystem jar = FileSystems.newFileSystem(
            Path.of(URI.create(root.toString().substring("jar:".length(), root.toString().indexOf('!')))))) {
            return classes(jar.getPath("/"));
        }
    }

    private static Map<String, String> classes(final Path root) throws IOException {
        final Map<String, String> classes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (final Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                final String name = root.relativize(file).toString();
                if (!name.startsWith(GENERATED)) {
                    classes.put(name, Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return classes;
    }

    /** Returns whether the constant pool of a class file has exactly this text, as the name of a class or method. */
    private static boolean names(final String classFile, final String text) {
        return classFile.contains((char) 1 + String.valueOf((char) (text.length() >> 8)) + (char) (text.length() & 0xFF)
            + text);
    }

    @Test
    void onlyTheNativeProviderUsesTheGeneratedPackage() throws IOException {
        final Map<String, String> classes = classes();

        final List<String> others = classes.entrySet().stream()
            .filter(entry -> !entry.getKey().startsWith(NATIVE) && entry.getValue().contains(GENERATED))
            .map(Map.Entry::getKey).toList();

        assertEquals(List.of(), others);
        assertTrue(classes.get(NATIVE + "HeaderDispatch.class").contains(GENERATED), "the search finds what is there");
    }

    @Test
    void theNativeProviderTakesSharedStructuresAndNumbersFromTheProviderInterface() throws Exception {
        final List<String> structures = SpiVocabulary.structureNames();
        final Collection<String> constants = SpiVocabulary.constantNames();
        final List<String> copies = new ArrayList<>();
        classes().forEach((name, content) -> {
            if (name.startsWith(NATIVE)) {
                structures.stream().filter(structure -> names(content, GENERATED + structure))
                    .forEach(structure -> copies.add(name + " uses the generated " + structure));
                constants.stream().filter(constant -> names(content, constant))
                    .forEach(constant -> copies.add(name + " uses the generated " + constant));
            }
        });

        assertEquals(List.of(), copies);
        assertTrue(structures.contains("ibv_send_wr") && constants.contains("IBV_QP_STATE"), structures::toString);
    }
}
