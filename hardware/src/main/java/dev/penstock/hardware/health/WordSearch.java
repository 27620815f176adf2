package dev.penstock.hardware.health;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Queue;

/**
 * Finds which of many things have one of their words in a text, in one pass whatever their number,
 * in upper or lower case: the automaton of Aho and Corasick (Communications of the ACM 18, 1975),
 * with every step worked out beforehand. Thread-safe.
 */
final class WordSearch {
  private static final int ASCII = 128;

  /** Which column a character has; those that are in no word share the first, which leads back. */
  private final int[] columns = new int[ASCII];

  private final int width;

  /** Rows of the next states, by state and column. */
  private final int[] next;

  /** What is found on coming into a state. */
  private final BitSet[] found;

  private final boolean[] isEnd;
  private final BitSet always = new BitSet();

  /**
   * @param words of each thing, in ASCII; a thing without words, or with one that is not ASCII, is
   *     found in every text
   */
  WordSearch(List<? extends Collection<String>> words) {
    width = 1 + columns(words);
    List<int[]> rows = new ArrayList<>(List.of(new int[width]));
    List<BitSet> ends = new ArrayList<>(List.of(new BitSet()));
    for (int thing = 0; thing < words.size(); thing++) {
      if (words.get(thing).isEmpty() || !words.get(thing).stream().allMatch(WordSearch::isAscii)) {
        always.set(thing);
        continue;
      }
      for (String word : words.get(thing)) {
        ends.get(add(word, rows, ends)).set(thing);
      }
    }
    link(rows, ends);
    next = rows.stream().flatMapToInt(Arrays::stream).toArray();
    found = ends.toArray(BitSet[]::new);
    isEnd = new boolean[found.length];
    for (int state = 0; state < found.length; state++) {
      isEnd[state] = !found[state].isEmpty();
    }
  }

  private int columns(List<? extends Collection<String>> words) {
    int last = 0;
    for (Collection<String> own : words) {
      for (String word : own) {
        for (char each : lower(word).toCharArray()) {
          if (each < ASCII && columns[each] == 0) {
            last++;
            columns[each] = last;
            columns[Character.toUpperCase(each)] = last;
          }
        }
      }
    }
    return last;
  }

  private static String lower(String word) {
    return word.toLowerCase(java.util.Locale.ROOT);
  }

  private static boolean isAscii(String word) {
    return !word.isEmpty() && word.chars().allMatch(each -> each < ASCII);
  }

  private int add(String word, List<int[]> rows, List<BitSet> ends) {
    int state = 0;
    for (char each : lower(word).toCharArray()) {
      int column = columns[each];
      if (rows.get(state)[column] == 0) {
        rows.get(state)[column] = rows.size();
        rows.add(new int[width]);
        ends.add(new BitSet());
      }
      state = rows.get(state)[column];
    }
    return state;
  }

  /** Where no word goes on, the longest end of what was read that begins one does. */
  private static void link(List<int[]> rows, List<BitSet> ends) {
    int[] shorter = new int[rows.size()];
    Queue<Integer> states = new ArrayDeque<>();
    for (int child : rows.getFirst()) {
      if (child != 0) {
        states.add(child);
      }
    }
    for (Integer state = states.poll(); state != null; state = states.poll()) {
      int[] row = rows.get(state);
      int[] otherwise = rows.get(shorter[state]);
      ends.get(state).or(ends.get(shorter[state]));
      for (int column = 1; column < row.length; column++) {
        if (row[column] == 0) {
          row[column] = otherwise[column];
        } else {
          shorter[row[column]] = otherwise[column];
          states.add(row[column]);
        }
      }
    }
  }

  /** The numbers of the things that may be in a text; belongs to the caller. */
  BitSet in(String text) {
    BitSet all = (BitSet) always.clone();
    int state = 0;
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      state = each < ASCII ? next[state * width + columns[each]] : 0;
      if (isEnd[state]) {
        all.or(found[state]);
      }
    }
    return all;
  }
}
