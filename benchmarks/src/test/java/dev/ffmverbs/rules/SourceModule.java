// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A module of this project: a folder with {@code src/main/java} and what the build made of it. */
record SourceModule(Path folder) {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final String PAGE = "package-info.java";
    private static final Pattern EXPORTS = Pattern.compile("(?m)^\\s*exports\\s+([\\w.]+);");
    /** Levels of folders between the project's own and that of a module's sources. */
    private static final int MAX_DEPTH = 4;

    /** The project's folder: the one with the configuration of the build's checks. */
    static Path project() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(".checkstyle.xml"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** All modules of the project that have classes. */
    static List<SourceModule> all() {
        final List<SourceModule> modules = new ArrayList<>();
        try {
            Files.walkFileTree(project(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(final Path folder, final BasicFileAttributes attributes) {
                    if (Files.isDirectory(folder.resolve(SOURCES))) {
                        modules.add(new SourceModule(folder));
                    }
                    final String name = folder.getFileName().toString();
                    final boolean worthALook = !name.startsWith(".") && !name.equals("src") && !name.equals("target")
                        && project().relativize(folder).getNameCount() < MAX_DEPTH;
                    return worthALook ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
                }
            });
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return modules.stream().sorted((one, other) -> one.folder.compareTo(other.folder)).toList();
    }

    Path sources() {
        return folder.resolve(SOURCES);
    }

    Path classes() {
        return folder.resolve("target/classes");
    }

    /** The package documentation of all packages with source files, by name. */
    Map<String, PackagePage> pages() {
        final Map<String, PackagePage> pages = new TreeMap<>();
        for (final Path file : sourceFiles()) {
            final Path packageFolder = file.getParent();
            final String name = sources().relativize(packageFolder).toString().replace('/', '.');
            if (!name.isEmpty()) {
                pages.computeIfAbsent(name, ignored -> PackagePage.read(name, packageFolder.resolve(PAGE)));
            }
        }
        return pages;
    }

    /** The packages that the module's descriptor exports; none where there is no descriptor. */
    List<String> exportedPackages() {
        final Path descriptor = sources().resolve("module-info.java");
        try {
            return Files.exists(descriptor)
                ? EXPORTS.matcher(Files.readString(descriptor)).results().map(match -> match.group(1)).toList()
                : List.of();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Path> sourceFiles() {
        try (Stream<Path> files = Files.walk(sources())) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return project().relativize(folder).toString();
    }
}
