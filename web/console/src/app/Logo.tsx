/** The bird, drawn in the accent colour; decorative. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      <rect width="48" height="48" rx="13" fill="var(--logo-bg, #0b7285)" />
      <path d="M10 28.500c6.500.8 10.800-1 13.600-5.400 2.600-4.100 5.800-8.600 11.600-8.600 1.700 0 3 .6 3.900 1.600l-3.700.9c.7 8.400-4.700 16.500-13.900 16.500-4.700 0-8.900-1.700-11.500-5z" fill="#ffffff" />
      <path d="M16 22c-1.600-3.100-1.700-6.700-.3-10 3.300 1.600 5.600 4.200 6.700 7.700-1.600 1.800-3.600 2.500-6.400 2.300z" fill="#bfe6ee" />
      <circle cx="33.600" cy="18.400" r="1.300" fill="#0b7285" />
    </svg>
  );
}
