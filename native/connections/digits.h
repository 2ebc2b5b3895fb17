// Numbers of fixed width, as the connection table prints addresses and ports.
#pragma once

#include <string.h>

#include <bit>
#include <cstdint>

namespace lvs {

// Reads as many hexadecimal digits as the number has, two a byte, from `text`: false where they are no
// digits.
//
// A table has dozens of them a line, so all are taken together, each in its own byte of a word: the first
// digit in the lowest.
template <typename Number>
bool parse_hex(const char* text, Number* number) = delete;

namespace hex {

// This in every byte of a word.
template <typename Word>
constexpr Word each(uint8_t byte) {
  return static_cast<Word>(~Word{0} / 0xff * byte);
}

// The values of the digits in `word`, each in its byte; false where one of them is no digit.
template <typename Word>
bool digit_values(Word word, Word* values) {
  // Bit 6 tells letters, 0x41 … or 0x61 …, from 0x30 …, bit 5 small ones from capitals.
  const Word letters = (word >> 6) & each<Word>(1);
  const Word capitals = word & ~(letters << 5);
  *values = (word & each<Word>(0x0f)) + letters * 9;
  // Digits are what is printed so again. The sum carries into no other byte, since no value is above 24.
  const Word tens = ((*values + each<Word>(6)) >> 4) & each<Word>(1);
  const Word printed = *values + each<Word>('0') + tens * ('A' - '0' - 10);
  return ((printed ^ capitals) | (*values & each<Word>(0xf0))) == 0;
}

template <typename Word>
Word load(const char* text) {
  Word word;
  memcpy(&word, text, sizeof word);
  if constexpr (std::endian::native == std::endian::little) return word;
  return sizeof word == 8 ? static_cast<Word>(__builtin_bswap64(word))
                          : static_cast<Word>(__builtin_bswap32(static_cast<uint32_t>(word)));
}

}  // namespace hex

template <>
inline bool parse_hex(const char* text, uint16_t* number) {
  uint32_t values;
  if (!hex::digit_values(hex::load<uint32_t>(text), &values)) return false;
  const uint32_t bytes = values << 4 | values >> 8;  // digits 0 and 1 in byte 0, 2 and 3 in byte 2
  *number = static_cast<uint16_t>((bytes & 0xff) << 8 | (bytes >> 16 & 0xff));
  return true;
}

template <>
inline bool parse_hex(const char* text, uint32_t* number) {
  uint64_t values;
  if (!hex::digit_values(hex::load<uint64_t>(text), &values)) return false;
  uint64_t bytes = (values << 4 | values >> 8) & 0x00ff00ff00ff00ff;  // as above, in bytes 0, 2, 4 and 6
  bytes |= bytes >> 8;                                                // in bytes 0 and 1, and 4 and 5
  *number = __builtin_bswap32(static_cast<uint32_t>((bytes & 0xffff) | (bytes >> 16 & 0xffff0000)));
  return true;
}

}  // namespace lvs
