// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that C headers declare, as the preprocessor leaves them.
 *
 * @param functions       functions without a body, which are symbols of a library.
 * @param inlineFunctions functions with a body, which are symbols of no library.
 * @param structures      structs and unions with members.
 * @param constants       constants of enumerations, and macros in capitals that have a value and no parameters.
 */
public record HeaderNames(
    Set<String> functions, Set<String> inlineFunctions, Set<String> structures, Set<String> constants) {

    private static final Pattern FILE = Pattern.compile("# \\d+ \"([^\"]*)\".*");
    private static final Pattern MACRO = Pattern.compile("#define ([A-Z][A-Z0-9_]*) (\\S.*)");
    private static final Pattern ATTRIBUTE = Pattern.compile("__attribute__ *\\(\\(.*?\\)\\)");
    private static final Pattern STRUCTURE = Pattern.compile("(?:struct|union) (\\w+)");
    private static final Pattern FUNCTION = Pattern.compile("\\b(\\w+) ?\\(");
    private static final Pattern CONSTANT = Pattern.compile("(?:^|,)\\s*(\\w+)\\s*(?:=[^,]*)?(?=,|$)");

    /** Returns the names in the output of {@code cc -E -dD} that come from files with these ends of their paths. */
    static HeaderNames of(final String preprocessed, final String... headerPaths) {
        final HeaderNames names =
            new HeaderNames(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        final StringBuilder declarations = new StringBuilder();
        boolean wanted = false;
        for (final String line : preprocessed.split("\n")) {
            final Matcher file = FILE.matcher(line);
            final Matcher macro = MACRO.matcher(line);
            if (file.matches()) {
                wanted = List.of(headerPaths).stream().anyMatch(file.group(1)::endsWith);
            } else if (wanted && macro.matches()) {
                names.constants.add(macro.group(1));
            } else if (wanted && !line.startsWith("#")) {
                declarations.append(line).append(' ');
            }
        }
        names.readDeclarations(declarations);
        return names;
    }

    /** Splits declarations at semicolons and bodies outside of all braces. */
    private void readDeclarations(final CharSequence declarations) {
        final StringBuilder head = new StringBuilder();
        final StringBuilder body = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < declarations.length(); i++) {
            final char c = declarations.charAt(i);
            if (c == '}' && --depth == 0) {
                readDefinition(text(head), text(body));
                head.setLength(0);
                body.setLength(0);
            } else if (depth == 0 && c == ';') {
                readDeclaration(text(head));
                head.setLength(0);
            } else if (c != '{' || ++depth > 1) {
                (depth == 0 ? head : body).append(c);
            }
        }
    }

    private static String text(final CharSequence characters) {
        return ATTRIBUTE.matcher(characters).replaceAll("").replaceAll("\\s+", " ").strip();
    }

    private void readDefinition(final String head, final String body) {
        final Matcher structure = STRUCTURE.matcher(head);
        if (structure.matches()) {
            structures.add(structure.group(1));
        } else if (head.matches("enum( \\w+)?")) {
            CONSTANT.matcher(body).results().forEach(constant -> constants.add(constant.group(1)));
        } else {
            addFunction(inlineFunctions, head);
        }
    }

    private void readDeclaration(final String declaration) {
        if (!declaration.startsWith("typedef")) {
            addFunction(functions, declaration);
        }
    }

    private static void addFunction(final Set<String> functions, final String declaration) {
        final Matcher function = FUNCTION.matcher(declaration);
        if (function.find()) {
            functions.add(function.group(1));
        }
    }

    /** Returns the functions that programs call: neither helpers of the header nor entry points behind its macros. */
    public Set<String> publicFunctions() {
        final List<String> all = new ArrayList<>(functions);
        all.addAll(inlineFunctions);
        return new TreeSet<>(all.stream().filter(name -> !name.startsWith("_") && !name.startsWith("verbs_")).toList());
    }
}
