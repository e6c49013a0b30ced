// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.rules;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which package of this project uses which, each with one place where it does.
 *
 * <p>Edges come from class files, and from imports: the compiler copies constants, so that class files do not show
 * where these are from.
 */
final class PackageGraph {

    private static final Pattern IMPORT =
        Pattern.compile("^import (?:static )?([a-z]\\w*(?:\\.[a-z]\\w*)*)\\.[A-Za-z*]\\w*.*;$");
    private static final String OWN = "dev.ffmverbs";

    private final Map<String, Map<String, String>> edges = new TreeMap<>();
    private final Collection<JavaClass> classes;

    private PackageGraph(final Collection<JavaClass> classes) {
        this.classes = classes;
    }

    static PackageGraph of(final List<SourceModule> modules) {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        final List<JavaClass> classes = new ArrayList<>();
        for (final SourceModule module : modules) {
            classes.addAll(new ClassFileImporter().importPath(module.classes()));
        }
        final PackageGraph graph = new PackageGraph(classes);
        for (final JavaClass origin : classes) {
            for (final Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                graph.add(origin.getPackageName(), dependency.getTargetClass().getBaseComponentType().getPackageName(),
                    dependency.getDescription());
            }
        }
        for (final SourceModule module : modules) {
            for (final Path file : module.sourceFiles()) {
                graph.addImports(module, file);
            }
        }
        return graph;
    }

    private void addImports(final SourceModule module, final Path file) {
        final String origin = module.sources().relativize(file.getParent()).toString().replace('/', '.');
        try {
            for (final String line : Files.readAllLines(file)) {
                final Matcher matcher = IMPORT.matcher(line);
                if (matcher.matches() && !origin.isEmpty()) {
                    add(origin, matcher.group(1), file.getFileName() + " says: " + line);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(final String origin, final String target, final String place) {
        if (!origin.equals(target) && target.startsWith(OWN)) {
            edges.computeIfAbsent(origin, ignored -> new TreeMap<>()).putIfAbsent(target, place);
        }
    }

    Collection<JavaClass> classes() {
        return classes;
    }

    Set<String> packages() {
        final Set<String> packages = new TreeSet<>();
        classes.forEach(each -> packages.add(each.getPackageName()));
        return packages;
    }

    /** The packages of this project that a package uses, each with one place where it does. */
    Map<String, String> usedBy(final String origin) {
        return edges.getOrDefault(origin, Map.of());
    }

    /** The edges of the shortest cycle through a package; empty when there is none. */
    List<String> cycleThrough(final String start) {
        final Map<String, String> before = new TreeMap<>();
        final List<String> waiting = new ArrayList<>(List.of(start));
        for (int next = 0; next < waiting.size(); next++) {
            final String origin = waiting.get(next);
            for (final String target : usedBy(origin).keySet()) {
                if (target.equals(start)) {
                    return path(start, origin, before);
                }
                if (before.putIfAbsent(target, origin) == null) {
                    waiting.add(target);
                }
            }
        }
        return List.of();
    }

    private List<String> path(final String start, final String end, final Map<String, String> before) {
        final List<String> path = new ArrayList<>();
        String target = start;
        String origin = end;
        while (true) {
            path.addFirst(origin + " -> " + target + ": " + usedBy(origin).get(target));
            if (origin.equals(start)) {
                return path;
            }
            target = origin;
            origin = before.get(origin);
        }
    }
}
