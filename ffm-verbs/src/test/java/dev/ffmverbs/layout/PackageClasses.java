// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Lists the top-level classes of a package in a directory or a jar. Without JUnit, so that a bare JVM can run it. */
final class PackageClasses {

    private PackageClasses() {
    }

    /** The classes beside {@code member} and itself, in the order of their names, without {@code package-info}. */
    static List<Class<?>> beside(final Class<?> member)
        throws IOException, URISyntaxException, ClassNotFoundException {
        final Path location = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
        final List<String> names;
        if (Files.isDirectory(location)) {
            names = names(location, member.getPackageName());
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(location)) {
                names = names(jar.getPath("/"), member.getPackageName());
            }
        }
        final List<Class<?>> classes = new ArrayList<>();
        for (final String name : names) {
            classes.add(Class.forName(member.getPackageName() + "." + name));
        }
        return classes;
    }

    private static List<String> names(final Path root, final String packageName) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(packageName.replace('.', '/')))) {
            return files.map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".class") && !name.contains("$") && !name.startsWith("__")
                    && !name.equals("package-info.class"))
                .map(name -> name.substring(0, name.length() - ".class".length()))
                .sorted()
                .toList();
        }
    }
}
