// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a package's documentation says of the package's dependencies.
 *
 * <p>It has a sentence "Depends on ..." or "Dependencies. ..." that names, in {@code @code} or {@code @link}, every
 * package of this project that the package uses; what it does not name is forbidden. The name of the provider interface
 * stands for its numbers and structures as well. A short name is that of a package beside or below this one, or else of
 * any package that ends with it.
 */
record PackagePage(String name, String text) {

    private static final String PROVIDER_INTERFACE = "dev.ffmverbs.spi";
    private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
    private static final Pattern DEPENDENCIES =
        Pattern.compile("(?:\\b[Dd]epends on\\b|<b>Dependencies\\.</b>)(.*?)(?:[.;:](?=\\s|$)|$)", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("\\{@(?:code|link)\\s+([a-z]\\w*(?:\\.\\w+)*)");
    private static final Pattern LONELY = Pattern.compile("[Nn]othing depends on it\\b");
    private static final Pattern GUARANTEES = Pattern.compile("[Gg]uarantee");

    /** Reads the documentation of a package; its text is empty when there is none. */
    static PackagePage read(final String name, final Path file) {
        try {
            final Matcher comment = COMMENT.matcher(Files.exists(file) ? Files.readString(file) : "");
            final String text = comment.find() ? comment.group(1) : "";
            return new PackagePage(name, text.replaceAll("\\s*\\n \\*\\s*", " ").strip());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String purpose() {
        final int end = text.indexOf("<p>");
        return end < 0 ? text : text.substring(0, end);
    }

    boolean statesGuarantees() {
        return GUARANTEES.matcher(text).find();
    }

    boolean statesDependencies() {
        return DEPENDENCIES.matcher(text).find();
    }

    /** Whether the page says that no package may depend on this one. */
    boolean isForNobody() {
        return LONELY.matcher(text).find();
    }

    /** Whether the page says that the package has no such thing: {@code clock}, {@code thread}, {@code socket}. */
    boolean renounces(final String thing) {
        return Pattern.compile("\\b[Nn]o " + thing + "s?(?=[,.:;]| and\\b| but\\b)").matcher(text).find();
    }

    /** The packages that the page names as dependencies, by their full names. */
    Set<String> allowed(final Collection<String> packages) {
        final Set<String> allowed = new TreeSet<>();
        for (final MatchResult sentence : DEPENDENCIES.matcher(text).results().toList()) {
            for (final MatchResult match : NAME.matcher(sentence.group(1)).results().toList()) {
                allowed.add(fullName(match.group(1), packages));
            }
        }
        if (name.equals(PROVIDER_INTERFACE) || allowed.contains(PROVIDER_INTERFACE)) {
            packages.stream().filter(each -> each.startsWith(PROVIDER_INTERFACE + ".")).forEach(allowed::add);
        }
        return allowed;
    }

    private String fullName(final String stated, final Collection<String> packages) {
        final String parent = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        for (final String candidate : List.of(stated, name + "." + stated, parent + "." + stated, packageOf(stated))) {
            if (packages.contains(candidate)) {
                return candidate;
            }
        }
        return packages.stream().filter(candidate -> candidate.endsWith("." + stated))
            .max(Comparator.comparingInt(this::nearness)).orElse(stated);
    }

    /** How many characters a package's name has in common with this one's, from the start. */
    private int nearness(final String other) {
        int common = 0;
        while (common < Math.min(name.length(), other.length()) && name.charAt(common) == other.charAt(common)) {
            common++;
        }
        return common;
    }

    /** The package of a class, where the page names one. */
    private static String packageOf(final String className) {
        return className.replaceAll("\\.[A-Z].*", "");
    }
}
