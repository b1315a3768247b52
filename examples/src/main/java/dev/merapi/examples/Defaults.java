package dev.merapi.examples;

/// What an example trains with where nothing else is asked for.
///
/// @param epochs how often each row is seen
/// @param batch rows of one step
public record Defaults(int epochs, int batch) {}
