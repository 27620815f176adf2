package dev.penstock.node;

import java.util.regex.Pattern;

/**
 * Names a job. Ids sort by the time of submission.
 *
 * @param value 26 characters of Crockford's base 32, as in ULIDs: 48 bits of milliseconds, 80 of
 *     chance
 */
public record JobId(String value) implements Comparable<JobId> {
  private static final Pattern FORM = Pattern.compile("[0-9A-HJKMNP-TV-Z]{26}");

  public JobId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("no job id: " + value);
    }
  }

  @Override
  public int compareTo(JobId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
