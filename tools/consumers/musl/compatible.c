/* What glibc's builds of libstdc++, libgcc and libnl ask for and musl lacks. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

char __libc_single_threaded = 0;

/* No feature of the processor is taken for granted. */
unsigned __cpu_model[4];
int __cpu_indicator_init(void) {
  return 0;
}

unsigned arc4random(void) {
  unsigned value = 0;
  getrandom(&value, sizeof value, 0);
  return value;
}

/* "Not known": libgcc then searches by itself. */
int _dl_find_object(void *address, void *result) {
  return -1;
}

size_t __strftime_l(char *text, size_t size, const char *format, const struct tm *time, locale_t locale) {
  return strftime_l(text, size, format, time, locale);
}

/* Objects of threads are left to the end of the process. */
int __cxa_thread_atexit_impl(void (*destroy)(void *), void *object, void *library) {
  return 0;
}

/* std::string::_M_replace_cold, which older libraries have inline: the new text is a part of the old one. */
void replace(void *string, char *at, size_t length, const char *text, size_t size, size_t rest) __asm__(
    "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm");
void replace(void *string, char *at, size_t length, const char *text, size_t size, size_t rest) {
  char *copy = malloc(size + 1);
  memcpy(copy, text, size);
  memmove(at + size, at + length, rest);
  memcpy(at, copy, size);
  free(copy);
}
