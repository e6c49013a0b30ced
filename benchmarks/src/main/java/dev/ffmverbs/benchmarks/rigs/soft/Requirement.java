// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bound on a figure of one side, or on its ratio to that of another side.
 *
 * @param load      name of the load, as {@link Load#label} gives it.
 * @param figure    the figure.
 * @param side      name of the side to which the figure belongs.
 * @param other     name of the side by whose figure it is divided; empty for the figure itself.
 * @param isHighest whether the limit is the highest value that meets the bound; otherwise it is the lowest.
 * @param limit     the bound.
 */
public record Requirement(
    String load, Figure figure, String side, Optional<String> other, boolean isHighest, double limit) {

    /** The form in which a requirement is written. */
    public static final String FORM = "LOAD:FIGURE:SIDE[/SIDE]<=NUMBER";

    private static final Pattern WRITTEN =
        Pattern.compile("([a-z0-9-]+):([a-z0-9]+):([a-z-]+)(?:/([a-z-]+))?([<>])=([0-9.]+)");

    /**
     * Reads a requirement.
     *
     * @param text for example {@code read-8-poll:p50:soft/c<=1.15}, or with {@code >=}.
     * @return the requirement.
     * @throws IllegalArgumentException         if it is not written in this form.
     * @throws java.util.NoSuchElementException if there is no such figure.
     */
    public static Requirement parse(final String text) {
        final Matcher written = WRITTEN.matcher(text.replace(" ", ""));
        if (!written.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not of the form " + FORM + ", or with >=");
        }
        int group = 1;
        return new Requirement(written.group(group++), Figure.find(written.group(group++)), written.group(group++),
            Optional.ofNullable(written.group(group++)), written.group(group++).equals("<"),
            Double.parseDouble(written.group(group)));
    }

    /**
     * Judges figures.
     *
     * @param measured the runs of each side, by the names of the loads.
     * @return the value; empty if it was not measured.
     */
    public Optional<Double> value(final Map<String, Map<String, List<Figures>>> measured) {
        final Map<String, List<Figures>> sides = measured.getOrDefault(load, Map.of());
        if (!sides.containsKey(side) || other.isPresent() && !sides.containsKey(other.get())) {
            return Optional.empty();
        }
        return Optional.of(figure.median(sides.get(side))
            / other.map(name -> figure.median(sides.get(name))).orElse(1.0));
    }

    /**
     * Judges a value.
     *
     * @param value what was measured; empty if nothing was.
     * @return whether it meets the bound.
     */
    public boolean isMetBy(final Optional<Double> value) {
        return value.isPresent() && (isHighest ? value.get() <= limit : value.get() >= limit);
    }

    /**
     * Describes a value and the verdict.
     *
     * @param value what was measured; empty if nothing was.
     * @return a line.
     */
    public String describe(final Optional<Double> value) {
        return String.format(Locale.ROOT, "%-7s %s %s of %s%s: %s, required at %s %s",
            isMetBy(value) ? "met" : "MISSED",
            load, figure.label(), side, other.map(name -> " to " + name).orElse(""),
            value.map(number -> String.format(Locale.ROOT, "%.3f", number)).orElse("not measured"),
            isHighest ? "most" : "least", limit);
    }
}
