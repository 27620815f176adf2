package dev.penstock.node.journal;

import dev.penstock.node.JobId;
import java.math.BigInteger;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes ids that sort as they were made, also within a millisecond and when the clock is put back.
 * One thread.
 */
final class Ids {
  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int CHANCE_BITS = 80;
  private static final BigInteger MASK = BigInteger.valueOf(31);

  private final RandomGenerator chance;
  private BigInteger last;

  /**
   * Ids of a journal.
   *
   * @param last of those it has
   */
  Ids(RandomGenerator chance, Optional<JobId> last) {
    this.chance = chance;
    this.last = last.map(Ids::number).orElse(BigInteger.ZERO);
  }

  JobId next(long millis) {
    BigInteger fresh = BigInteger.valueOf(millis).shiftLeft(CHANCE_BITS).or(someBits());
    boolean isLater = fresh.shiftRight(CHANCE_BITS).compareTo(last.shiftRight(CHANCE_BITS)) > 0;
    last = isLater ? fresh : last.add(BigInteger.ONE);
    return id(last);
  }

  /** The lowest of a millisecond. */
  static JobId lowest(long millis) {
    return id(BigInteger.valueOf(Math.max(millis, 0)).shiftLeft(CHANCE_BITS));
  }

  // The highest bit stays clear, so that a millisecond has room for all that may be counted up.
  private BigInteger someBits() {
    return BigInteger.valueOf(chance.nextLong() & 0x7FFF)
        .shiftLeft(64)
        .or(new BigInteger(1, bytes(chance.nextLong())));
  }

  private static byte[] bytes(long value) {
    return java.nio.ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static JobId id(BigInteger value) {
    var text = new char[26];
    BigInteger rest = value;
    for (int i = text.length - 1; i >= 0; i--) {
      text[i] = DIGITS.charAt(rest.and(MASK).intValue());
      rest = rest.shiftRight(5);
    }
    return new JobId(new String(text));
  }

  private static BigInteger number(JobId id) {
    return id.value()
        .chars()
        .mapToObj(c -> BigInteger.valueOf(DIGITS.indexOf(c)))
        .reduce(BigInteger.ZERO, (sum, digit) -> sum.shiftLeft(5).or(digit));
  }
}
